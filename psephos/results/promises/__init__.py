"""Promises: words that somebody gave, and a rule over our tables that says what became of them."""
