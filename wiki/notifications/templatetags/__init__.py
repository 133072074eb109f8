"""How the list of what somebody is told stands in other pages."""
