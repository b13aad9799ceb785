"""Anybody's weights, layer by layer; `hts.inspect` is its one public function."""
