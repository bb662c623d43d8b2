"""Which language a post is in, and whether the English lexicons may be used."""

from datetime import UTC, datetime

import pytest

from listener.language import language_of, scored
from listener.mention import Author, Post


def a_post(text: str, lang: str | None) -> Post:
    return Post("x", "1", text, datetime(2026, 11, 21, tzinfo=UTC), Author("u1"), lang=lang)


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        pytest.param("en", "en", id="a plain tag"),
        pytest.param("EN-us", "en", id="primary subtag, lower case"),
        pytest.param("pt_BR", "pt", id="an underscore"),
        pytest.param("zh-Hans-CN", "zh", id="script and region"),
        pytest.param("in", "id", id="an old tag"),
        pytest.param(None, "und", id="no tag"),
        pytest.param("", "und", id="an empty tag"),
        pytest.param("und", "und", id="undetermined"),
        pytest.param("zxx", "und", id="no linguistic content"),
        pytest.param("qme", "und", id="X's own code for media"),
        pytest.param("english", "und", id="a name is no tag"),
        pytest.param("e\x00n", "und", id="rubbish"),
        pytest.param("en" + "-a" * 500, "und", id="a tag without end"),
    ],
)
def test_language_of(tag: str | None, lang: str) -> None:
    assert language_of(a_post("hello there", tag)) == lang


def test_english_is_not_believed_of_a_text_in_another_script() -> None:
    assert language_of(a_post("アプリが動かない", "en")) == "und"
    assert language_of(a_post("не работает", "ru")) == "ru"


@pytest.mark.parametrize(
    ("lang", "text", "known"),
    [
        pytest.param("en", "not working", True, id="English"),
        pytest.param("und", "not working", True, id="an unknown tag is given a chance"),
        pytest.param("de", "not working", False, id="the platform says German"),
        pytest.param("und", "приложение не работает", False, id="Cyrillic"),
        pytest.param("und", "التطبيق لا يعمل", False, id="Arabic"),
        pytest.param("und", "全然動かない", False, id="kana and Han"),
        pytest.param("und", "앱이 안돼요", False, id="Hangul"),
        pytest.param(
            "en", "my app 全日空 does not work", True, id="a few letters of another script"
        ),
        pytest.param("und", "😡😡😡", True, id="no letters at all"),
        pytest.param("und", "Ça ne marche pas", True, id="accents are Latin"),
        pytest.param("und", "не работает https://example.com/a/long/link", False, id="links aside"),
    ],
)
def test_scored(lang: str, text: str, known: bool) -> None:
    assert scored(lang, text) is known
