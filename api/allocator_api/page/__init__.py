"""The what-if page: plain files, and plotly's script out of its installed package; nothing comes from elsewhere."""
