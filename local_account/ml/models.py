"""The trained models of an account: their files, the ones in memory, and the function that queries call."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import pyarrow as pa

from local_account.catalog.objects import ClassificationModel
from local_account.identifiers import Name

if TYPE_CHECKING:
    from pathlib import Path

    from local_account.ml.classification import Model
    from local_account.session.session import AccountState

FUNCTION = "_ML_PREDICT"
_KEPT = 8  # models in memory


class Models:
    """The models of one account: their files, the ones in memory, and the function that queries call.

    They are a service of the account: statements find it by `account.service(Models)`.
    """

    def __init__(self, account: AccountState) -> None:
        self._home, self._catalog = account.home, account.catalog
        self._lock = threading.Lock()
        self._loaded: OrderedDict[str, Model] = OrderedDict()
        account.data_plane.add_function(FUNCTION, self._predict)

    def path(self, item: ClassificationModel) -> Path:
        """Return where a model's file is."""
        return self._home / "models" / f"{item.file}.pickle"

    def get(self, item: ClassificationModel) -> Model:
        """Return a trained model, from memory where it was used lately."""
        from local_account.ml.classification import load  # noqa: PLC0415 - scikit-learn takes a second to import

        with self._lock:
            key = item.file
            if key not in self._loaded:
                self._loaded[key] = load(self.path(item))
            self._loaded.move_to_end(key)
            while len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
            return self._loaded[key]

    def keep_used(self, name: Name) -> None:
        """Remove the files that models of a name left behind; a renamed model keeps the file of its first name."""
        used = {self.path(item) for item in self._catalog.list(ClassificationModel)}
        for file in (self._home / "models").glob(f"{name.file_name}.*"):
            if file not in used:
                file.unlink()

    def _predict(self, name: pa.Array, *columns: pa.Array) -> pa.Array:
        """Score one batch of rows; the first argument is the model's full name, the others are its features."""
        item = self._catalog.get(ClassificationModel, Name.parse(name[0].as_py()))
        model = self.get(item)
        table = pa.Table.from_arrays(list(columns), names=[f.name for f in model.features])
        return model.objects(model.predict(table))
