"""The browser of our pictures shows what it is given and reaches nothing but this machine."""

from pathlib import Path

from tests.pictures.chromium import chromium, needs_chromium, picture, shown


@needs_chromium
def test_a_page_is_shown_and_its_picture_taken(tmp_path: Path) -> None:
    with chromium() as browser:
        page = shown(browser, "<p id=a style='width:50px;height:20px'>now</p>")
        assert page.inner_text("#a") == "now"
        whole = picture(page, tmp_path / "whole.png").read_bytes()
        part = picture(page, tmp_path / "part.png", part="#a").read_bytes()
    assert whole.startswith(b"\x89PNG")
    assert (int.from_bytes(part[16:20]), int.from_bytes(part[20:24])) == (50, 20)


@needs_chromium
def test_nothing_outside_this_machine_is_asked() -> None:
    with chromium() as browser:
        page = shown(browser, "")
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.set_content("<img src='https://tracker.example/1.png'>")
        assert failed == ["https://tracker.example/1.png"]
