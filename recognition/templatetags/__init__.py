"""How answers look on pages."""
