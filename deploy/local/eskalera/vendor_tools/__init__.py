"""What a vendor's engineer tries a connection with: an endpoint to play with, and checks of one's own endpoint."""
