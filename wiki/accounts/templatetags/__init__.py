"""How accounts stand in other pages."""
