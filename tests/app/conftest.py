"""Makes the app's modules importable the way Streamlit does: from the folder of the main script."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "streamlit_app"))
