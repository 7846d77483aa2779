/** Files that start programs by themselves, or say who may log in: start-up scripts, services, keys, the Go tools. */
const STARTS =
  /(^|[/\\~])\.?(bashrc|bash_profile|bash_aliases|bash_logout|profile|zshrc|zshenv|zprofile|xinitrc|xprofile|kshrc|cshrc|inputrc|vimrc|gitconfig|npmrc|pypirc|gdbinit|envrc)( |$)|\.ssh[/\\](authorized_keys|config|rc)|[/\\](cron(tab)?s?(\.\w+)?|init\.d|rc\.d|profile\.d|sudoers(\.d)?|ld\.so\.preload|modules-load\.d|udev[/\\]rules\.d|pam\.d)([/\\ ]|$)|systemd[/\\]|\.config[/\\](autostart|fish|systemd|environment\.d|git)|Launch(Agents|Daemons)|Start Menu[/\\]Programs[/\\]Startup|CurrentVersion[/\\]Run|\.git[/\\](hooks|config)|\.vscode[/\\]|\.cursor[/\\]|\.claude[/\\]|\.devcontainer|\.github[/\\]workflows|ca-certificates|[/\\]etc[/\\](passwd|shadow|hosts|sudoers|resolv\.conf|rc\.local|environment)|[/\\](usr[/\\]local[/\\])?go[/\\](src|bin|pkg)[/\\]|[/\\]pkg[/\\]mod[/\\]/i
/** Files that only their owner should read. */
const SECRETS =
  /\.ssh([/\\]|$)|id_(rsa|dsa|ecdsa|ed25519)|\.aws[/\\]|\.netrc|_netrc|\.git-credentials|\.docker[/\\]config|\.kube[/\\]|\.npmrc|\.pypirc|\.gnupg|\.azure[/\\]|gcloud[/\\]|\.config[/\\](gh|gcloud|hub)|\.vault-token|\.terraform\.d|\.env( |$)|[/\\]etc[/\\](shadow|passwd|gshadow)|Login Data|Local State|[/\\](Chrome|Chromium|Firefox|BraveSoftware|Opera Software)[/\\]|cookies\.sqlite|key[34]\.db|logins\.json|Keychains|wallet(\.dat|s)?([/\\ ]|$)|\.bitcoin|\.ethereum|\.solana|keystore|Telegram Desktop|discord[/\\]|\.(bash|zsh|psql|mysql)_history|[/\\]proc[/\\](self|\d+)[/\\](environ|mem|maps)|serviceaccount[/\\]token/i
/** Names of variables of the environment, and of headers, that carry secrets. */
const SECRET_NAME =
  /(^|_|-)(token|secret|password|passwd|passphrase|api_?key|access_?key|private_?key|credentials?|auth|authorization|cookie|session|mnemonic|seed)(_|-|$)/i

/** True for folded arguments that name a file which starts programs or lets people in. */
export function namesStartFile(folded: string): boolean {
  return STARTS.test(folded)
}

/** True for folded arguments that name a file with secrets. */
export function namesSecretFile(folded: string): boolean {
  return SECRETS.test(folded)
}

/** True for the name of a variable or header that carries a secret. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name)
}
