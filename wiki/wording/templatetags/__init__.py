"""How the site's words stand in a page."""
