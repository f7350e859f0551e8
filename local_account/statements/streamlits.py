"""STREAMLIT objects."""
