"""tieout ties out an e-commerce merchant's money, item by item."""
