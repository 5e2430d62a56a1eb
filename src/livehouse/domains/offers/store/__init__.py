"""Every SQL statement about offers, coupons and subsidies."""
