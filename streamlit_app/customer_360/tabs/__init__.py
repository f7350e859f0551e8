"""The tabs of the pages: each module draws one."""
