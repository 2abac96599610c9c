"""Which episodes a feed shows, and the RSS that shows them."""
