using System.Collections.Immutable;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Enrolment;

/// <summary>Who is asked to review a change, as a forge calls them.</summary>
/// <param name="People">Accounts, without '@'.</param>
/// <param name="Teams">Teams: on GitHub and Gitea by their short names, on GitLab groups by their paths.</param>
/// <param name="Unreachable">Owners that the forge cannot ask: mail addresses, names without '@'.</param>
public sealed record Reviewers(ImmutableArray<string> People, ImmutableArray<string> Teams, ImmutableArray<string> Unreachable)
{
    /// <summary>Tells people from teams, as <c>CODEOWNERS</c> writes them: <c>@name</c> and <c>@organization/team</c>.</summary>
    /// <remarks>GitLab's <c>@a</c> may be a person or a group; a person is what is asked first everywhere, and a group with a '/' is surely one.</remarks>
    public static Reviewers Of(IEnumerable<string> owners, ForgeKind forge)
    {
        var (people, teams, unreachable) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        foreach (var owner in owners.Distinct(StringComparer.Ordinal))
        {
            if (owner is not ['@', .. var name] || name.Length == 0) unreachable.Add(owner);
            else if (!name.Contains('/', StringComparison.Ordinal)) people.Add(name);
            else teams.Add(forge == ForgeKind.GitLab ? name : name[(name.LastIndexOf('/') + 1)..]);
        }
        return new Reviewers(people.ToImmutable(), teams.ToImmutable(), unreachable.ToImmutable());
    }
}
