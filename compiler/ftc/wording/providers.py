"""The words of E801 to E842: a model or a service that cannot do what it was asked. From E820 on, the local one."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E801": Wording(
        "unknown provider",
        "There is no provider `{name}`; there are {known}.",
        ("For a service that speaks OpenAI's API: --provider openai --base-url URL",),
    ),
    "E802": Wording(
        "not what this provider has",
        "The provider `{name}` has no {ability}; {able} have.",
        ("Name one that has: --provider local",),
    ),
    "E803": Wording(
        "an address for this machine",
        "The provider `{name}` works on this machine, so it has no address.",
        ("For a service: --provider openai --base-url URL", "Take `base_url` away."),
    ),
    "E804": Wording(
        "no model named",
        "The provider `{name}` has many models, and nothing says which is meant.",
        ("Name it: --model gpt-4.1-mini", 'Write it into `train`: model = "gpt-4.1-mini"'),
    ),
    "E805": Wording(
        "no key",
        "`{name}` wants a key, and `{variable}` is not set.",
        ("export {variable}=…", "Or write it into a file .env that git ignores: {variable}=…"),
    ),
    "E806": Wording(
        "refused",
        "`{name}` may not be asked to {what} with this key: {reason}.",
        ("Look at what {variable} holds, and at what that key may do.",),
    ),
    "E807": Wording(
        "no such model",
        "`{name}` has no model `{model}` to {what} with: {reason}.",
        ("Name one that it has: --model MODEL",),
    ),
    "E808": Wording(
        "service not reached",
        "`{name}` cannot be reached at {base_url}: {reason}.",
        ("Is it running? If it is elsewhere: --base-url URL",),
    ),
    "E809": Wording(
        "refused as it is",
        "`{name}` will not {what}: {reason}.",
    ),
    "E810": Wording(
        "gave up",
        "`{name}` did not {what}: {reason}.",
        ("Run the same command again later: what is done is kept.", "Ask more often: FTC_TRIES=20"),
    ),
    "E811": Wording(
        "no credit left",
        "`{name}` does no more for this account: {reason}.",
        ("Look at the limits and the bill of the account.",),
    ),
    "E812": Wording(
        "not what this service has",
        "`{name}` at {base_url} has no {ability}: {reason}.",
        ("Look at the address: it mostly ends with /v1", "Name another: --provider local"),
    ),
    "E813": Wording(
        "file not taken",
        "`{name}` cannot use {file}, there called `{id}`: {reason}.",
        ("Look for what it means: ftc check FILE",),
    ),
    "E814": Wording(
        "file too large",
        "{file} has {size:,} bytes, and `{name}` takes at most {limit:,}.",
        ("Write fewer lines: ftc compile FILE --limit {lines}",),
    ),
    "E815": Wording(
        "no address",
        "`{name}` is at another address for everyone, and nothing says which.",
        ("--base-url https://RESOURCE.openai.azure.com/openai/v1",),
    ),
    "E816": Wording(
        "answer not understood",
        "What `{name}` answered at {base_url} when asked to {what} is none of the API: {reason}.",
        ("Look at the address: it mostly ends with /v1",),
    ),
    "E817": Wording("setting not understood", "{what} cannot be used: {reason}."),
    "E818": Wording(
        "perhaps a job, perhaps none",
        "`{name}` was asked to {what} and did not say whether it did: {reason}. None is to be seen.",
        ("Run the same command again: it looks for the job before it asks for one.",),
    ),
    "E819": Wording(
        "no such job",
        "`{name}` has no job `{job}`: {reason}.",
        ("Was it made with another key or at another address?",),
    ),
    "E820": Wording(
        "a local model needs a library",
        "To ask or train a model on this machine needs the library {library}, which is not installed.",
        ("pip install 'ftc[local]'",),
    ),
    "E821": Wording(
        "no such model",
        "There is no model `{name}` on this machine: {why}.",
        (
            "Did you mean --model {nearest:sh}?",
            "Write it as {wheel}",
            "Name a folder, a GGUF file, or a hub id: OWNER/NAME",
        ),
    ),
    "E822": Wording(
        "another file than was asked for",
        "{name} does not have the hash that was asked for: it should be {wanted}, and is {got}.",
        ("If the new file is meant, write its hash: #sha256={got}",),
    ),
    "E823": Wording(
        "a model cannot be fetched",
        "{name} is not on this machine yet, and cannot be fetched: {reason}.",
        ("Try again with a connection: it is fetched once.", "Name a model that is here: --model FOLDER"),
    ),
    "E824": Wording(
        "not a model that can be read",
        "`{path}` cannot be read as a model: {reason}.",
        ("Name a folder with config.json and *.safetensors, or a GGUF file that transformers reads.",),
    ),
    "E825": Wording(
        "a model that is not trained yet",
        "`{path}` is the folder of a job that left no model: it is at work, or came to nothing.",
        ("See how it is in the events.jsonl of the folder.",),
    ),
    "E826": Wording(
        "a model without a chat template",
        "The model `{name}` has no chat template, so nothing says how a conversation is put to it.",
        ("Name a model made for chat, as `instruct` models are.",),
    ),
    "E827": Wording(
        "a tuned model without its base",
        "`{name}` was tuned from `{base}`, which is needed with it: {why}.",
        ("Bring the base back, or train again.",),
    ),
    "E828": Wording(
        "messages that a template refuses",
        "The model's chat template cannot take these messages: {reason}.",
        ("Some models take no system message, or only user and assistant in turns.",),
    ),
    "E829": Wording(
        "tools and a local model",
        "The model `{name}` runs on this machine, where tools cannot be called.",
        ("Ask a service that has tools: --provider openai",),
    ),
    "E830": Wording(
        "a local model failed",
        "The model `{name}` failed while it answered: {reason}.",
        ("If memory is short, let it answer fewer questions at once.",),
    ),
    "E831": Wording(
        "longer than a model reads",
        "A question has {tokens:,} tokens, and the model `{name}` reads {window:,}.",
        ("Shorten it, or name a model that reads more.",),
    ),
    "E832": Wording(
        "training cannot start",
        "The training on this machine cannot start: {reason}.",
    ),
    "E833": Wording(
        "a line that cannot be trained on",
        "{where} cannot be trained on here: {reason}.",
        ("Take out of the file what makes it, or train it where that is possible: --provider openai",),
    ),
    "E834": Wording(
        "no such job",
        "`{job}` is not the folder of a training job: {reason}.",
        ("The folder of a job ends in .model and holds a job.json.",),
    ),
    "E835": Wording(
        "a model that is a program",
        "The model `{name}` is of a kind that comes with a program of its own, and ftc runs no model's code.",
        ("Name a model of a kind that transformers knows by itself.",),
    ),
    "E836": Wording(
        "not the file that was planned",
        "{path} is no longer what the job was planned for: it has been written again since.",
        ("Run the same command again: it plans anew.",),
    ),
    "E840": Wording(
        "an address from a file",
        "A file names {base_url} as the address of `{name}`, and your key would be sent there.",
        ("If you know it and trust it, name it yourself: --base-url URL",),
    ),
    "E841": Wording(
        "sent on to another address",
        "`{name}` at {base_url} sends on to {to}, where neither your key nor what you ask was sent.",
        ("Look at the address, to the letter: --base-url URL",),
    ),
    "E842": Wording(
        "a key over http",
        "The key of `{name}` would go to {host} over http, where everyone on the way can read it.",
        ("Ask over https: --base-url https://HOST/v1", "If the way there is your own: --insecure"),
    ),
}
