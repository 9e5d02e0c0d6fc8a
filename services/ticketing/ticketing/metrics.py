"""Every metric of ticketing, named once."""
