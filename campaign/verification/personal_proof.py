"""Method `personal_proof`: somebody trusted saw the proof outside this system, and handed over a code made for that.

The proof itself is never uploaded and never kept; the code is one of `employee_code`.
"""

from __future__ import annotations

METHOD = "personal_proof"
