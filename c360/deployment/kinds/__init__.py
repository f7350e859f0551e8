"""How each resource type of the program reaches the account."""
