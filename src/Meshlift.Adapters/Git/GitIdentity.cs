using System.Collections.Immutable;
using System.Globalization;

namespace Meshlift.Adapters.Git;

/// <summary>Who commits, and when.</summary>
internal static class GitIdentity
{
    /// <summary>
    /// The variables for a commit: the identity that the user has set up for Git, by variables or configuration; where there is none,
    /// <c>Meshlift &lt;meshlift@localhost&gt;</c>, rather than what Git would guess from the machine's name.
    /// </summary>
    public static async Task<ImmutableDictionary<string, string>> VariablesAsync(GitRepository repository, CancellationToken cancel)
    {
        var found = await repository.Git.TryAsync(new GitCall(repository.Root, "config", "-z", "--get-regexp", @"^(user|author|committer)\.(name|email)$"), cancel);
        var configured = found.OutputText.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('\n', 2))
            .Where(entry => entry.Length == 2 && entry[1].Length > 0)
            .GroupBy(entry => entry[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(values => values.Key, values => values.Last()[1], StringComparer.OrdinalIgnoreCase);
        var variables = ImmutableDictionary<string, string>.Empty;
        foreach (var role in (string[])["author", "committer"])
        {
            var prefix = "GIT_" + role.ToUpperInvariant();
            var (name, email) = (Value("name"), Value("email"));
            var known = name is not null && email is not null;
            variables = variables
                .SetItem(prefix + "_NAME", known ? name! : "Meshlift")
                .SetItem(prefix + "_EMAIL", known ? email! : "meshlift@localhost");

            string? Value(string field) =>
                repository.Git.Surroundings.TryGetValue($"{prefix}_{field.ToUpperInvariant()}", out var set) && set.Length > 0 ? set
                : configured.GetValueOrDefault($"{role}.{field}") ?? configured.GetValueOrDefault($"user.{field}");
        }
        return variables;
    }

    /// <summary>The variables that date a commit: seconds since 1970, UTC.</summary>
    public static ImmutableDictionary<string, string> WithDate(this ImmutableDictionary<string, string> variables, TimeProvider time)
    {
        var date = string.Create(CultureInfo.InvariantCulture, $"@{time.GetUtcNow().ToUnixTimeSeconds()} +0000");
        return variables.SetItem("GIT_AUTHOR_DATE", date).SetItem("GIT_COMMITTER_DATE", date);
    }
}
