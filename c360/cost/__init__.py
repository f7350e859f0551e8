"""What a stack will cost: a typed formula from what the program declares, named rates and stated assumptions."""
