"""The rules of hand-offs: what facts change, what follows from them, what a vendor is told. Pure."""
