"""How facts change what ticketing knows: one module per owner of the facts."""
