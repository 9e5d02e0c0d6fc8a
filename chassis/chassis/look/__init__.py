"""How every page looks, whichever service draws it: style sheet, font, symbols, the parts and words all pages have."""
