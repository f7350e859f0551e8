"""The modules of the Customer 360 page: data access and arithmetic apart from what draws."""
