"""What several pages share: the live board and other pieces that are not a page."""
