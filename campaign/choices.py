"""Words of which a column holds one, where no table says who may move where: those are in `states`."""

from __future__ import annotations
