"""The words of the settings page, the login and the notices of a language model, in Korean and English."""

from __future__ import annotations

SETTINGS: dict[str, tuple[str, str]] = {
    "settings_page": ("설정", "Settings"),
    "settings_look": ("화면", "Appearance"),
    "theme": ("밝기", "Theme"),
    "theme_system": ("기기 설정 따르기", "Follow the device"),
    "theme_light": ("밝게", "Light"),
    "theme_dark": ("어둡게", "Dark"),
    "look_kept": ("언어와 밝기는 이 브라우저에 남습니다.", "Language and theme are kept in this browser."),
    "settings_model": ("언어 모델", "Language model"),
    "model_help": (
        "모델이 없어도 자료에서 그대로 옮긴 답을 드려요. 모델을 켜면 모델이 쓴 문장 가운데"
        " 자료에서 확인된 것만 보여 드립니다. 여기서 고른 것은 이 브라우저 창에서만, 새로 고치기 전까지 쓰입니다.",
        "Without a model, answers are quotes from the materials. With one, it writes the sentences, and only those that"
        " the materials confirm are shown. What you choose here holds in this browser window until it is reloaded.",
    ),
    "model_use": ("무엇으로 답할까요?", "What answers"),
    "model_none": ("모델 없이 인용만", "Quotes only, no model"),
    "model_server": ("서버가 정한 모델: {model}", "The server's model: {model}"),
    "model_own": ("다른 모델", "Another model"),
    "model_owner_only": (
        "함께 쓰는 서버에서는 서버를 맡은 사람이 모델을 정합니다.",
        "On a shared server the model is chosen by whoever runs it.",
    ),
    "model_name": ("모델 이름", "Model"),
    "model_name_help": (
        "provider:name 모양으로 적습니다. 예: openai:gpt-4.1-mini, anthropic:claude-sonnet-4-5, ollama:qwen3:8b",
        "As provider:name, for example openai:gpt-4.1-mini, anthropic:claude-sonnet-4-5, ollama:qwen3:8b",
    ),
    "model_url": ("서버 주소 (OpenAI 호환 서버를 쓸 때)", "Base URL (for a server that speaks OpenAI's protocol)"),
    "model_key": ("키", "Key"),
    "model_key_help": (
        "이 창의 메모리에만 두고, 파일이나 기록에 남기지 않습니다. 모델 서버에만 보냅니다.",
        "Kept in this window's memory only: never written or logged, sent to the model's server alone.",
    ),
    "model_connect": ("연결해 보고 쓰기", "Test the connection and use it"),
    "model_test": ("연결 시험", "Test the connection"),
    "model_testing": ("모델에 물어보고 있어요", "Asking the model"),
    "model_works": ("연결됐어요. {seconds:.1f}초 만에 답했습니다.", "It works: a reply in {seconds:.1f} s."),
    "model_no_name": ("모델 이름을 적어 주세요.", "Name a model."),
    "model_unused": (
        "연결하지 못해 이 모델은 쓰지 않습니다. 지금 답은 아래에 적힌 대로 나옵니다.",
        "This model is not used, because the connection failed. Answers come as stated below.",
    ),
    "remedy_model_not_installed": ("", ""),
    "remedy_model_no_key": ("위 칸에 키를 넣어도 됩니다.", "Or type the key into the field above."),
    "remedy_model_rejected": ("", ""),
    "remedy_model_unreachable": (
        "주소와 포트를 확인하고, 그 서버가 켜져 있는지 보세요. OpenAI 호환 주소는 보통 /v1로 끝납니다.",
        "Check address and port, and that the server is running. OpenAI-style addresses usually end in /v1.",
    ),
    "remedy_model_busy": (
        "잠시 뒤에 다시 시도하거나 사용 한도를 확인해 주세요.",
        "Try again in a moment, or check your quota.",
    ),
    "remedy_model_server": (
        "주소가 맞는지 확인하고 모델 서버의 기록을 살펴보세요.",
        "Check the address and look at the server's log.",
    ),
    "remedy_model_timeout": (
        "모델이 너무 느리거나 아직 켜지는 중일 수 있어요. 잠시 뒤에 다시 시도해 주세요.",
        "The model may be too slow or still loading. Try again in a moment.",
    ),
    "remedy_model_cut_off": ("다시 시도해 주세요.", "Try again."),
    "remedy_model_malformed": (
        "이 주소가 OpenAI 방식으로 답하는지 확인해 주세요.",
        "Check that this address speaks OpenAI's protocol.",
    ),
    "remedy_model_unverified": ("", ""),
    "remedy_model_cancelled": ("", ""),
    "sends_nothing": (
        "모델 없이 답합니다. 질문과 자료는 {here}를 떠나지 않습니다.",
        "No model. Questions and materials do not leave {here}.",
    ),
    "sends_local": (
        "{here}에 있는 모델({model})이 답합니다. 밖으로 나가는 것은 없어요.",
        "Answered by a model on {here} ({model}). Nothing leaves it.",
    ),
    "sends_remote": (
        "질문, 앞선 대화와 찾은 구절을 {host}(으)로 보냅니다 ({model}).",
        "Your question, what was said before and the passages found go to {host} ({model}).",
    ),
    "here": ("이 컴퓨터", "this machine"),
    "here_shared": ("이 서버", "this server"),
    "sends_unknown": ("{model} 제공자의 서버", "the provider of {model}"),
    "sends_traced": (
        "LangSmith 추적이 켜져 있어 같은 내용이 LangSmith에도 갑니다.",
        "LangSmith tracing is on: the same goes to LangSmith.",
    ),
    "stop": ("멈추기", "Stop"),
    "stopped_kept": (
        "멈췄어요. 그때까지 자료에서 확인된 문장만 남겼습니다.",
        "Stopped. Only the sentences verified by then are shown.",
    ),
    "model_writing": ("모델이 쓰고 있어요 · {seconds}초", "The model is writing · {seconds} s"),
    "settings_stored": ("어디에 무엇이 저장되나요?", "What is stored where"),
    "stored_corpus": ("강의 자료 (올린 파일도 여기에)", "Course files (uploads, too)"),
    "stored_index": ("색인 (자료에서 언제든 다시 만들 수 있음)", "Index (can be rebuilt from the files at any time)"),
    "stored_own": ("내 대화와 평가", "Your conversations and ratings"),
    "stored_browser": ("이 브라우저", "This browser"),
    "stored_browser_what": ("언어, 밝기, 로그인", "Language, theme, login"),
    "stored_key": ("모델의 키", "The model's key"),
    "stored_key_what": ("저장하지 않음 (이 창의 메모리에만)", "Not stored (this window's memory only)"),
    "stored_server": ("이 서버", "This server"),
    "login_title": ("들어가기", "Sign in"),
    "login_intro": (
        "이 서당은 함께 쓰는 서버에 있어요. 대화와 평가는 사람마다 따로 둡니다.",
        "This Seodang runs on a shared server. Everybody's conversations and ratings are kept apart.",
    ),
    "login_password": ("비밀번호", "Password"),
    "login_enter": ("들어가기", "Sign in"),
    "login_oidc": ("계정으로 들어가기", "Sign in with your account"),
    "login_wrong": ("비밀번호가 달라요.", "Wrong password."),
    "login_wait": (
        "여러 번 틀려서 잠시 막아 두었어요. {seconds:.0f}초 뒤에 다시 해 주세요.",
        "Too many wrong tries. Wait {seconds:.0f} s and try again.",
    ),
    "logout": ("나가기", "Sign out"),
}
