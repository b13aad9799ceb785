"""What the methods of a run rest on, with BibTeX."""

from __future__ import annotations

from dataclasses import dataclass

from hts.config import RunConfig


@dataclass(frozen=True)
class Reference:
    """One source: as a reader sees it, and its BibTeX entry."""

    said: str
    bibtex: str


WAN = Reference(
    "Wan, Barsbey, Zaidi, Şimşekli (2024): Implicit Compressibility of Overparametrized Neural "
    "Networks Trained with Heavy-Tailed SGD. ICML, PMLR 235, 49845–49866. arXiv 2306.08125.",
    r"""@inproceedings{wan2024implicit,
  title     = {Implicit Compressibility of Overparametrized Neural Networks Trained with
               Heavy-Tailed {SGD}},
  author    = {Wan, Yijun and Barsbey, Melih and Zaidi, Abdellatif and {\c{S}}im{\c{s}}ekli, Umut},
  booktitle = {Proceedings of the 41st International Conference on Machine Learning},
  series    = {Proceedings of Machine Learning Research},
  volume    = {235},
  pages     = {49845--49866},
  year      = {2024},
  note      = {arXiv:2306.08125}
}""",
)
CMS = Reference(
    "Chambers, Mallows, Stuck (1976): A Method for Simulating Stable Random Variables. Journal of "
    "the American Statistical Association 71, 340–344.",
    """@article{chambers1976method,
  title   = {A Method for Simulating Stable Random Variables},
  author  = {Chambers, J. M. and Mallows, C. L. and Stuck, B. W.},
  journal = {Journal of the American Statistical Association},
  volume  = {71},
  number  = {354},
  pages   = {340--344},
  year    = {1976}
}""",
)
KANTER = Reference(
    "Kanter (1975): Stable Densities under Change of Scale and Total Variation Inequalities. The "
    "Annals of Probability 3, 697–707.",
    """@article{kanter1975stable,
  title   = {Stable Densities under Change of Scale and Total Variation Inequalities},
  author  = {Kanter, Marek},
  journal = {The Annals of Probability},
  volume  = {3},
  number  = {4},
  pages   = {697--707},
  year    = {1975}
}""",
)
NOLAN = Reference(
    "Nolan (2020): Univariate Stable Distributions: Models for Heavy Tailed Data. Springer.",
    """@book{nolan2020univariate,
  title     = {Univariate Stable Distributions: Models for Heavy Tailed Data},
  author    = {Nolan, John P.},
  publisher = {Springer},
  year      = {2020}
}""",
)
ORDER = Reference(
    "David, Nagaraja (2003): Order Statistics. Third edition, Wiley. Section 7.1.",
    """@book{david2003order,
  title     = {Order Statistics},
  author    = {David, H. A. and Nagaraja, H. N.},
  edition   = {3},
  publisher = {Wiley},
  year      = {2003}
}""",
)


def references(config: RunConfig) -> list[Reference]:
    """The sources of a run of ``config``, by author."""
    found = [WAN, ORDER]
    if config.stability is not None:
        found.append(NOLAN)
    if config.noise_type.heavy:
        found += [CMS, KANTER] if config.noise_type.reading == "norms" else [CMS]
    return sorted(found, key=lambda one: one.said)
