"""What compressibility costs and what else buys it: methods, controls, one front, one price list.

`settings`, `records`, `choose`, `front`, `price_list`, `claims` and `files` need no torch.
"""
