using System.Globalization;

namespace Meshlift.Core.Forges;

/// <summary>What the answers of forges mean, in words a person can act on.</summary>
public static class ForgeFailure
{
    /// <summary>The error for an answer that is not what was asked for.</summary>
    /// <param name="place">What was asked of whom, such as <c>github.com acme/shop: open a pull request</c>.</param>
    /// <param name="token">Where the token comes from, such as <c>the variable GITHUB_TOKEN</c>.</param>
    /// <param name="answer">The answer.</param>
    public static UserException Of(string place, string token, ForgeAnswer answer)
    {
        var said = answer.Message.Length > 0 ? $": {answer.Message}" : "";
        return answer.Code switch
        {
            401 => new(ErrorKind.Environment, $"{place}: the token of {token} is not accepted (401){said}", $"the token has expired or was revoked; make a new one, and put it into {token}"),
            403 when IsProtected(answer) => Protected(place, answer),
            403 => new(ErrorKind.Environment, $"{place}: the token of {token} may not do this (403){said}", "give the token the right to write pull requests of this repository; a token of an organisation may need to be authorised for it"),
            404 => new(ErrorKind.Environment, $"{place}: there is no such thing, or the token of {token} may not see it (404)",
                "check 'repository' in meshlift.yaml: the repository may have been renamed or deleted; then check that the token's account has access to it"),
            405 or 406 => Protected(place, answer),
            409 => new(ErrorKind.Refused, $"{place}: it does not fit what is there now (409){said}", "somebody was faster, or there are conflicts; run again, and the change is made anew"),
            422 when IsProtected(answer) => Protected(place, answer),
            400 or 422 => new(ErrorKind.Environment, $"{place}: the forge does not take it ({answer.Code}){said}", "see what the forge says above; an account, a team or a branch in it may not exist there"),
            >= 500 => new(ErrorKind.Environment, $"{place}: the forge failed ({answer.Code}){said}", "see the forge's status page, and run again later; what was done already is found again"),
            _ => new(ErrorKind.Environment, $"{place}: the forge answered {answer.Code.ToString(CultureInfo.InvariantCulture)}{said}", "check 'api' in meshlift.yaml, and that no proxy answers in the forge's place"),
        };
    }

    /// <summary>The error for a rate limit that is too long to wait for.</summary>
    public static UserException Limited(string place, DateTimeOffset until) => new(
        ErrorKind.Environment,
        string.Create(CultureInfo.InvariantCulture, $"{place}: the forge takes no more requests of this account until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC (rate limit)"),
        "run again then; what was done already is found again. A token of a GitHub App has a limit of its own");

    /// <summary>The error for a write to a repository that has another name now.</summary>
    public static UserException Renamed(string place, string configured, string? now) => new(
        ErrorKind.Refused, $"{place}: the repository '{configured}' has another name now{(now is null ? "" : $": '{now}'")}", "correct 'repository' (and 'url') in meshlift.yaml; until then it is only read");

    private static UserException Protected(string place, ForgeAnswer answer) => new(
        ErrorKind.Refused, $"{place}: a rule of the repository forbids it ({answer.Code}){(answer.Message.Length > 0 ? ": " + answer.Message : "")}",
        "get the reviews and checks that the branch needs, or let a person merge; Meshlift does not go around the rules of a branch");

    // Words of the forges: "At least 1 approving review is required", "protected branch", "Repository rule violations found", "required status check".
    private static bool IsProtected(ForgeAnswer answer) =>
        ((string[])["protected branch", "rule violation", "approving review", "required status", "branch protection"]).Any(words => answer.Message.Contains(words, StringComparison.OrdinalIgnoreCase));
}
