import shutil
import subprocess
import sys
from pathlib import Path

from tieout.core.settings import Settings
from tieout.landing import folders

from .place import Place, refunds, tree


def test_a_landing_killed_at_any_moment_is_made_good_by_the_next(place: Place, tmp_path: Path) -> None:
    place.drop("a.csv", refunds("1.00"))
    place.drop("copy.csv", refunds("1.00"))
    place.drop("broken.csv", refunds("2.00"))
    place.state("broken.meta.json", rows=2)
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(script), str(place.settings.inbox), str(tmp_path / "homes")]
    kills = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    whole = tree(Settings(tmp_path / "homes/0"))
    assert len(whole) == 7
    assert kills > 20
    for kill in range(1, kills + 1):
        assert tree(Settings(tmp_path / f"homes/{kill}")) == whole, f"killed at operation {kill}"


def test_a_swap_that_was_cut_in_two_is_undone_or_finished(place: Place) -> None:
    arrived = place.drop("a.csv", refunds("1.00"))
    [batch] = place.land().new
    arrived.unlink()
    before = tree(place.settings)
    old, new = (batch.folder.with_name(f".{batch.batch_id}.{kind}") for kind in ("old", "new"))
    batch.folder.rename(old)
    shutil.copytree(old, new)
    place.land()
    assert tree(place.settings) == before
    shutil.copytree(batch.folder, old)
    place.land()
    assert tree(place.settings) == before


def test_a_folder_that_could_not_be_filled_is_not_there(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "a/b"
    try:
        with folders.filled(target) as made:
            folders.write(made / "content", b"half")
            raise OSError("no space left")
    except OSError:
        assert not target.exists()
