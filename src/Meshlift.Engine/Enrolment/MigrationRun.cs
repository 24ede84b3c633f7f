using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Tags;

namespace Meshlift.Engine.Enrolment;

/// <summary>What is asked of a migration.</summary>
/// <param name="File">The configuration in the user's checkout.</param>
/// <param name="Clusters">The clusters that the namespaces are in.</param>
/// <param name="To">The revision or the tag; null for the newest revision that all clusters have.</param>
/// <param name="Selection">What is to be moved.</param>
/// <param name="Checkouts">Clones by the names of their repositories.</param>
public sealed record MigrateRequest(MeshFolder File, ClusterChoice Clusters, string? To, MigrationSelection Selection, ImmutableSortedDictionary<string, string> Checkouts);

/// <summary>A migration, decided.</summary>
/// <param name="Plan">The decision; with strategy <c>tag</c> its changes move tags.</param>
/// <param name="Tags">The tags of its changes, in their order; empty with every other strategy.</param>
/// <param name="Unread">What could not be read, so that nothing is known of it.</param>
/// <param name="Clones">The repositories.</param>
public sealed record PlannedMigration(MigrationPlan Plan, ImmutableArray<TagMigration> Tags, ImmutableArray<UserException> Unread, ImmutableArray<EnrolledClone> Clones);

/// <summary>Decides a migration from what Git has; nothing is written.</summary>
/// <param name="git">The program.</param>
public sealed class MigrationRun(GitProgram git)
{
    /// <summary>Decides.</summary>
    /// <exception cref="UserException">What was asked for is not there, or cannot be done.</exception>
    public async Task<PlannedMigration> PlanAsync(MigrateRequest request, CancellationToken cancel)
    {
        var spec = request.File.Mesh.Spec;
        var strategy = spec.DataPlane.Enrol;
        if (strategy == Core.Configuration.Enrolment.Inject && request.Selection is not MigrationSelection.Workload)
            throw new UserException(ErrorKind.Refused, "with spec.dataPlane.enrol: inject the sidecar itself stands in Git, so that no label moves it", "use another strategy, or move one workload with --workload");
        var (clones, unread) = await EnrolledClones.ReadAsync(git, request.File, request.Clusters, request.Checkouts, cancel);
        var chosen = request.Clusters.In(spec);
        var clusters = ImmutableArray.CreateBuilder<MeshCluster>();
        var resources = new List<ImmutableArray<Resource>>();
        foreach (var cluster in chosen)
        {
            var folder = await ManifestFolder(request.File, cluster, cancel);
            unread = unread.AddRange(folder.Unread);
            var mesh = MeshInjection.Read(folder.Resources);
            if (mesh.Webhooks.IsEmpty) throw new UserException(ErrorKind.Input, $"the commit that is checked out has no injection webhook in the folder of the cluster {cluster.Name}", "render a version first, and commit it");
            clusters.Add(new MeshCluster(cluster.Name, mesh));
            resources.Add(folder.Resources);
        }
        var target = request.To ?? Newest(request.File, chosen, clones[0]);
        var migration = new MigrationRequest([.. clones.Select(clone => clone.Enrolled)], clusters.ToImmutable(), request.Clusters.NameIn(spec), spec.DataPlane, spec.Owners, target, request.Selection);
        if (strategy != Core.Configuration.Enrolment.Tag || request.Selection is MigrationSelection.Workload) return new PlannedMigration(MigrationPlanner.Plan(migration), [], unread, clones);
        var (plan, tags) = Tags(request, migration, chosen, resources, clones);
        return new PlannedMigration(plan, tags, unread, clones);
    }

    private Task<Explaining.ManifestFolder> ManifestFolder(MeshFolder file, ClusterSpec cluster, CancellationToken cancel) =>
        Explaining.ManifestFolder.ReadAsync(git, "HEAD", [Path.Combine(file.Root, cluster.Path.Value, file.Mesh.Spec.Layout.Folder.Value)], cancel);

    private static string Newest(MeshFolder file, ImmutableArray<ClusterSpec> clusters, EnrolledClone platform)
    {
        RevisionName[]? common = null;
        foreach (var cluster in clusters)
        {
            var folder = RepositoryFolders.Join(file.BelowRepository(), cluster.Path.Value, file.Mesh.Spec.Layout.Folder.Value) + "/";
            var files = platform.Enrolled.Content.Files.Where(one => one.Key.StartsWith(folder, StringComparison.Ordinal)).ToImmutableSortedDictionary(one => one.Key[folder.Length..], one => one.Value, StringComparer.Ordinal);
            var revisions = (ClusterTree.Empty with { Files = files }).ReadRevisions(folder).Select(one => one.Revision);
            common = [.. common is null ? revisions : common.Where(revisions.Contains)];
        }
        return common is [.., var newest] ? newest.Value : throw new UserException(ErrorKind.Input, $"there is no revision that {string.Join(" and ", clusters.Select(cluster => cluster.Name))} {(clusters.Length == 1 ? "has" : "share")}", "render a version first and commit it, or name a revision with --to");
    }

    private static (MigrationPlan Plan, ImmutableArray<TagMigration> Tags) Tags(
        MigrateRequest request, MigrationRequest migration, ImmutableArray<ClusterSpec> chosen, List<ImmutableArray<Resource>> resources, ImmutableArray<EnrolledClone> clones)
    {
        var names = MigrationPlanner.Selected(migration);
        var revision = RevisionName.Parse(migration.Target);
        var asked = migration.Clusters.SelectMany(cluster => TagMigration.AskedFor(migration.Repositories, names, cluster.Mesh.Tags)).Distinct().Order().ToList();
        var (changes, tags, remarks) = (ImmutableArray.CreateBuilder<ProposedChange>(), ImmutableArray.CreateBuilder<TagMigration>(), ImmutableArray.CreateBuilder<MigrationRemark>());
        if (asked.Count == 0) remarks.Add(new MigrationRemark(RemarkKind.NotEnrolled, string.Join(", ", names), "none of them asks for a tag"));
        var render = new RenderRequest(request.File.Mesh, request.File.Root, request.File.BelowRepository(), null, chosen, PlacementOptions.None);
        foreach (var tag in asked)
        {
            var change = new TagChange.Set(tag, revision);
            var plans = TagRun.Plan(render, change);
            if (plans.All(plan => !plan.Plan.Placement.HasChanges))
            {
                remarks.Add(new MigrationRemark(RemarkKind.AlreadyThere, tag.Value, $"the tag points at {revision} already"));
                continue;
            }
            var moved = TagMigration.Of(change, [.. plans.Select((plan, i) => new MovedTag(plan.Cluster, migration.Clusters[i].Mesh, MeshInjection.Read(After(resources[i], plan.Plan.Placement)), plan.Plan.Switches))], migration.Repositories, names);
            tags.Add(moved);
            ImmutableArray<PlannedEdit> edits = [.. plans.SelectMany(plan => plan.Plan.Placement.Files.Select(file => new PlannedEdit($"{RepositoryFolders.Join(render.RepositoryFolder, plan.Folder)}/{file.Path}", 1, $"write what {revision} has standing by")))];
            changes.Add(new ProposedChange(
                clones[0].Enrolled.Content.Name, [], moved.Namespaces, BranchName.For("tag", tag.Value, revision.Value, request.Clusters.NameIn(request.File.Mesh.Spec)),
                ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty, edits, moved.Forecasts, moved.Title, moved.Body));
        }
        return (new MigrationPlan((request.Selection as MigrationSelection.Wave)?.Name, migration.Target, changes.ToImmutable(), [], remarks.ToImmutable()), tags.ToImmutable());
    }

    /// <summary>The objects of a cluster once a placement is delivered.</summary>
    private static IEnumerable<Resource> After(ImmutableArray<Resource> before, Placement placement)
    {
        var written = placement.Files.Where(file => file.Change is FileChangeKind.Added or FileChangeKind.Changed && file.Path.StartsWith(ClusterTree.Active + "/", StringComparison.Ordinal) && !file.Path.EndsWith("/kustomization.yaml", StringComparison.Ordinal))
            .SelectMany(file => ManifestStream.Split(file.Bytes, file.Path)).ToList();
        var identities = written.Select(resource => resource.Identity).ToHashSet();
        return before.Where(resource => !identities.Contains(resource.Identity)).Concat(written);
    }
}
