using System.Collections.Immutable;
using Meshlift.Adapters.Forges;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Forges;

namespace Meshlift.Engine.Enrolment;

/// <summary>What the forge has of a change.</summary>
/// <param name="Request">The pull request; null where there is none.</param>
/// <param name="Unreachable">Owners that the forge cannot ask for a review.</param>
public sealed record MigrationRequestState(PullRequest? Request, ImmutableArray<string> Unreachable);

/// <summary>The pull requests of a migration: one for each change, found again by its branch.</summary>
/// <param name="forges">The forges.</param>
/// <param name="repositories">Where they are.</param>
public sealed class MigrationRequests(ForgeAccess forges, ImmutableArray<RepositorySpec> repositories)
{
    // By which people find them, whatever their branches are called.
    private const string Label = "meshlift";

    /// <summary>Refuses a change to which a person has said no, before anything is pushed.</summary>
    /// <exception cref="UserException">A person closed its pull request; or the forge is not known, or does not answer.</exception>
    public async Task RequireNotRefusedAsync(ProposedChange change, CancellationToken cancel)
    {
        var spec = SpecOf(change);
        (await forges.Open(spec).FindAsync(change.Branch, cancel))?.RequireNotRefused(spec.Name);
    }

    /// <summary>Opens the pull request of a change that is pushed, or brings the open one up to date.</summary>
    /// <exception cref="UserException">A person said no, or the forge does.</exception>
    public async Task<MigrationRequestState> OpenAsync(ProposedChange change, CancellationToken cancel)
    {
        var spec = SpecOf(change);
        var forge = forges.Open(spec);
        var target = spec.Branch ?? BranchName.Parse((await forge.RepositoryAsync(cancel)).DefaultBranch);
        var reviewers = Reviewers.Of(change.Owners, spec.Forge);
        var request = await forge.OpenAsync(new ChangeRequest(change.Branch, target, change.Title, change.Body) { Labels = [Label], Reviewers = reviewers.People, Teams = reviewers.Teams }, cancel);
        return new MigrationRequestState(request, reviewers.Unreachable);
    }

    private RepositorySpec SpecOf(ProposedChange change) => repositories.FirstOrDefault(one => one.Name == change.Repository)
        ?? throw new UserException(ErrorKind.Input, $"it is not known where the pull requests of the repository '{change.Repository}' are", "name it in spec.repositories, with its url and its forge");
}
