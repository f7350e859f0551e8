"""Charts of the pages, as Altair specifications that need nothing from outside."""
