"""Recognisers of text in images, behind one interface; run only in the resident OCR child."""
