"""Tickets, the timelines' recorder and every page for school people."""
