using System.Collections.Immutable;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Injection;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Enrolment;

/// <summary>Decides what is proposed to whom, so that namespaces or workloads come under another control plane.</summary>
public sealed class MigrationPlanner
{
    private readonly MigrationRequest _request;
    private readonly ImmutableArray<EnrolledRepository> _repositories;
    private readonly string _target;
    private NamespaceMoves _moves;

    private MigrationPlanner(MigrationRequest request) =>
        (_request, _repositories, _target, _moves) = (request, request.Repositories, request.Target, new NamespaceMoves(request.Repositories, request.Target));

    /// <summary>Decides.</summary>
    /// <exception cref="UserException">The wave is not known, a cluster has no such revision or tag, or the one workload that was asked for cannot be moved (<see cref="ErrorKind.Refused"/>).</exception>
    public static MigrationPlan Plan(MigrationRequest request)
    {
        RequireTarget(request);
        var planner = new MigrationPlanner(request);
        return request.Selection switch
        {
            MigrationSelection.Workload workload => planner.Workload(workload),
            MigrationSelection.Namespaces named => planner.Finish(null, "ns " + string.Join('+', named.Names.Order(StringComparer.Ordinal)), planner._moves.Decide(named.Names.Distinct(StringComparer.Ordinal))),
            MigrationSelection.Wave wave => planner.Wave(Find(request, wave)),
            _ => planner.Next(),
        };
    }

    /// <summary>The namespaces that are meant, whether something is to be done for them or not, in ordinal order.</summary>
    /// <exception cref="UserException">The wave is not known.</exception>
    public static ImmutableArray<string> Selected(MigrationRequest request)
    {
        var planner = new MigrationPlanner(request);
        return request.Selection switch
        {
            MigrationSelection.Namespaces named => named.Names,
            MigrationSelection.Workload workload => [workload.Namespace],
            MigrationSelection.Wave wave => [.. planner.NamesOf(Find(request, wave))],
            _ => [.. planner._moves.Names.Where(name => !planner.OfMesh(name))],
        };
    }

    private static WaveSpec Find(MigrationRequest request, MigrationSelection.Wave wave) => request.DataPlane.Waves.FirstOrDefault(one => one.Name == wave.Name)
        ?? throw new UserException(ErrorKind.Input, $"there is no wave {Quoted.Text(wave.Name)}", $"the waves are {string.Join(", ", request.DataPlane.Waves.Select(one => one.Name))}");

    private IEnumerable<string> NamesOf(WaveSpec wave) => _moves.Names.Where(name => !OfMesh(name) && Waves.Of(_request.DataPlane.Waves, name, _moves.DefinitionOf(name)?.Labels ?? Labels.None) == wave);

    private static void RequireTarget(MigrationRequest request)
    {
        foreach (var cluster in request.Clusters)
        {
            var tags = cluster.Mesh.Tags;
            switch (tags.Resolve(request.Target))
            {
                case []:
                    throw new UserException(
                        ErrorKind.Input, $"{cluster.Name} has no revision or tag {Quoted.Text(request.Target)}",
                        $"it has {string.Join(", ", tags.Revisions.Concat(tags.All.Select(tag => tag.Tag)).Distinct(StringComparer.Ordinal))}; render another one first, and bring it into the branch that is checked out");
                case { Length: > 1 } claims:
                    throw new UserException(ErrorKind.Refused, $"in {cluster.Name} both {string.Join(" and ", claims)} claim {request.Target}", "make the tag's webhook and Service name the same revision: meshlift tag set");
            }
        }
    }

    private MigrationPlan Next()
    {
        foreach (var wave in _request.DataPlane.Waves)
        {
            var plan = Wave(wave);
            if (!plan.Changes.IsEmpty || !plan.ByHand.IsEmpty) return plan;
            _moves = new NamespaceMoves(_repositories, _target);
        }
        return new MigrationPlan(null, _target, [], [], []);
    }

    private MigrationPlan Wave(WaveSpec wave)
    {
        var isShare = _request.DataPlane.Enrol == Configuration.Enrolment.Distribution;
        return Finish(wave.Name, wave.Name, isShare ? Share(wave) : _moves.Decide(NamesOf(wave)));
    }

    /// <summary>The control planes' own namespaces are nobody's to move.</summary>
    private bool OfMesh(string name) => InjectorConfig.IgnoredNamespaces.Contains(name, StringComparer.Ordinal) || _request.Clusters.Any(cluster => cluster.Mesh.Webhooks.Any(webhook => webhook.Service?.StartsWith(name + "/", StringComparison.Ordinal) == true));

    /// <summary>The workloads of a share that have a proxy and can be moved.</summary>
    private List<Move> Share(WaveSpec wave)
    {
        var moves = new List<Move>();
        foreach (var (repository, place, subject) in Pods())
        {
            var space = subject.Pod.Namespace;
            var labels = _moves.DefinitionOf(space)?.Labels ?? Labels.None;
            if (Waves.OfWorkload(_request.DataPlane.Waves, space, labels, $"{subject.Identity.Kind}/{subject.Identity.Name}") != wave || Verdicts(subject).All(verdict => verdict.Revision is null)) continue;
            if (Ahead(subject, place, repository) is { } move) moves.Add(move);
        }
        return moves;
    }

    private MigrationPlan Workload(MigrationSelection.Workload wanted)
    {
        var found = Pods().Where(one => one.Subject.Pod.Namespace == wanted.Namespace && one.Subject.Identity.Name == wanted.Name && (wanted.Kind is null || one.Subject.Identity.Kind.Equals(wanted.Kind, StringComparison.OrdinalIgnoreCase))).ToList();
        var shown = $"{wanted.Namespace}/{(wanted.Kind is null ? "" : wanted.Kind + "/")}{wanted.Name}";
        if (found.Count == 0) throw new UserException(ErrorKind.Input, $"no repository that was read has the workload {shown}", "name it as NAMESPACE/NAME or NAMESPACE/KIND/NAME, and the repository that defines it in spec.repositories");
        if (found.Select(one => one.Subject.Identity).Distinct().Count() > 1) throw new UserException(ErrorKind.Input, $"several workloads are called {shown}: {string.Join(", ", found.Select(one => one.Subject.Identity.Kind))}", "name it as NAMESPACE/KIND/NAME");
        var moves = found.Select(one => Ahead(one.Subject, one.Place, one.Repository)).OfType<Move>().ToList();
        if (_moves.Remarks.Find(remark => remark.Kind == RemarkKind.NotPossible) is { } refused) throw new UserException(ErrorKind.Refused, $"{shown} cannot be moved ahead of its namespace: {refused.Message}", "move the whole namespace: meshlift migrate --namespace " + wanted.Namespace);
        return Finish(null, "workload " + shown, moves);
    }

    private IEnumerable<(int Repository, LabelPlace Place, InjectionSubject Subject)> Pods() => _repositories.SelectMany((one, i) => one.Places.Where(place => place.Workload is not null).SelectMany(place =>
        one.Subjects.Where(subject => place.Namespaces.Contains(subject.Pod.Namespace, StringComparer.Ordinal) && subject.Identity with { Namespace = "" } == place.Workload! with { Namespace = "" }).Select(subject => (i, place, subject))));

    /// <summary>A workload moves alone where a label of its pods has a say, which the webhooks decide, not a table.</summary>
    private Move? Ahead(InjectionSubject subject, LabelPlace place, int repository)
    {
        var name = $"{subject.Pod.Namespace}/{subject.Identity.Kind.ToLowerInvariant()}/{subject.Identity.Name}";
        if (place.Labels[InjectionLabels.Revision] == _target)
        {
            _moves.Remarks.Add(new MigrationRemark(RemarkKind.AlreadyThere, name, $"its pods ask for {_target} already"));
            return null;
        }
        var labelled = subject with { Pod = subject.Pod with { Labels = subject.Pod.Labels.With(InjectionLabels.Revision, _target) } };
        foreach (var (cluster, verdict) in _request.Clusters.Zip(Verdicts(labelled)))
        {
            if (verdict.Outcome == InjectionOutcome.Injected && cluster.Mesh.Tags.Resolve(_target).SequenceEqual([verdict.Revision!])) continue;
            _moves.Remarks.Add(new MigrationRemark(
                RemarkKind.NotPossible, name,
                $"with {InjectionLabels.Revision}={_target} on its pods {(verdict.Revision is { } other ? $"{other} would still inject them" : "they would get no proxy")} in {cluster.Name}: {verdict.Reason}"));
            return null;
        }
        var move = new Move(subject.Pod.Namespace, [(repository, place)]);
        if (_moves.Refusal(move) is not { } refusal) return move;
        _moves.LeaveToPerson(move, refusal);
        return null;
    }

    private IEnumerable<InjectionVerdict> Verdicts(InjectionSubject subject)
    {
        var labels = _moves.DefinitionOf(subject.Pod.Namespace)?.Labels;
        return _request.Clusters.Select(cluster => subject.Explain(cluster.Mesh, labels is null ? ImmutableDictionary<string, Labels>.Empty : ImmutableDictionary<string, Labels>.Empty.Add(subject.Pod.Namespace, labels)));
    }

    private MigrationPlan Finish(string? wave, string step, List<Move> moves)
    {
        var owners = new NamespaceOwners(_request.Owners, _repositories);
        var after = Edited(moves);
        // Only the whole repository shows what an overlay makes of an edit.
        foreach (var stuck in moves.Where(move => move.Places.Any(entry => entry.Place.Workload is null) && after.SelectMany(one => one.Definitions).Any(one => one.Name == move.Namespace && one.Enrolment != (null, _target))).ToList())
        {
            _moves.LeaveToPerson(stuck, "the edit alone would not do it: something else sets the label, too");
            moves.Remove(stuck);
            after = Edited(moves);
        }
        var groups = moves.SelectMany(move => move.Places.GroupBy(entry => entry.Repository).Select(places => (Move: move, Repository: places.Key, Places: places.Select(entry => entry.Place).ToList(), Owners: owners.Of(places.Key, move.Namespace, places.Select(entry => entry.Place.File).Distinct(StringComparer.Ordinal)))))
            .GroupBy(part => (part.Repository, Owners: string.Join(' ', part.Owners))).OrderBy(group => group.Key.Repository).ThenBy(group => group.Key.Owners, StringComparer.Ordinal).ToList();
        var changes = ImmutableArray.CreateBuilder<ProposedChange>();
        foreach (var group in groups)
        {
            var content = _repositories[group.Key.Repository].Content;
            ImmutableArray<string> names = [.. group.Select(part => part.Move.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            var asked = group.First().Owners;
            if (asked.IsEmpty) _moves.Remarks.AddRange(names.Select(name => new MigrationRemark(RemarkKind.Unowned, name, $"nobody owns it in {content.Name}, so nobody is asked to review its change")));
            ImmutableArray<LabelPlace> places = [.. group.SelectMany(part => part.Places).DistinctBy(place => (place.File, place.Document, place.Path!.ToString())).OrderBy(place => place.File, StringComparer.Ordinal).ThenBy(place => place.Line)];
            var branch = BranchName.For("migrate", _request.Where, step, _target, asked.IsEmpty ? "nobody" : string.Join('+', asked));
            var change = new ProposedChange(
                content.Name, asked, names, branch, Apply(content, places),
                [.. places.Select(place => new PlannedEdit(place.File, place.Line, LabelEdit.Instruction(place, _target)))], Forecast(names, after), "", "");
            var text = new MigrationText(change, wave, _target, _request.DataPlane, places.All(place => place.Workload is not null));
            changes.Add(change with { Title = text.Title, Body = text.Body });
        }
        _moves.Remarks.AddRange(owners.Problems.Select(problem => new MigrationRemark(RemarkKind.Owners, problem.Split(": ")[1], problem)));
        return new MigrationPlan(wave, _target, changes.ToImmutable(), [.. _moves.ByHand], [.. _moves.Remarks.OrderBy(remark => remark.Subject, StringComparer.Ordinal)]);
    }

    /// <summary>All repositories as they are when everything is merged.</summary>
    private ImmutableArray<EnrolledRepository> Edited(List<Move> moves) =>
    [
        .. _repositories.Select((one, i) =>
        {
            var places = moves.SelectMany(move => move.Places).Where(entry => entry.Repository == i).Select(entry => entry.Place).DistinctBy(place => (place.File, place.Document, place.Path!.ToString())).ToImmutableArray();
            return places.IsEmpty ? one : EnrolmentReader.Read(one.Content with { Files = one.Content.Files.SetItems(Apply(one.Content, places)) });
        }),
    ];

    private ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Apply(RepositoryContent content, ImmutableArray<LabelPlace> places)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var place in places)
            files[place.File] = LabelEdit.Apply(files.TryGetValue(place.File, out var known) ? known : content.Files[place.File], place, _target).Bytes
                ?? throw new UserException(ErrorKind.Input, $"{content.Name}: {place.File}:{place.Line} cannot be edited together with the other places of that file", LabelEdit.Instruction(place, _target) + " by hand");
        return files.ToImmutable();
    }

    private ImmutableArray<ClusterForecast> Forecast(ImmutableArray<string> names, ImmutableArray<EnrolledRepository> after) =>
    [
        .. _request.Clusters.Select(cluster => (cluster.Name, Rows: InjectionForecast.Of(Scene(cluster.Mesh, names, _repositories), Scene(cluster.Mesh, names, after))))
            .GroupBy(one => string.Join('\n', one.Rows.Select(row => $"{row.Subject.Identity} {row.Before?.Revision} {row.Before?.Outcome} {row.After?.Revision} {row.After?.Outcome} {row.When}")), StringComparer.Ordinal)
            .Select(group => new ClusterForecast([.. group.Select(one => one.Name)], group.First().Rows)),
    ];

    private static InjectionScene Scene(MeshInjection mesh, ImmutableArray<string> names, ImmutableArray<EnrolledRepository> repositories) => new(
        mesh,
        repositories.SelectMany(one => one.Definitions).Where(one => names.Contains(one.Name, StringComparer.Ordinal)).GroupBy(one => one.Name, StringComparer.Ordinal).ToImmutableSortedDictionary(group => group.Key, group => group.First().Labels, StringComparer.Ordinal),
        [.. repositories.SelectMany(one => one.Subjects).Where(subject => names.Contains(subject.Pod.Namespace, StringComparer.Ordinal)).DistinctBy(subject => subject.Identity).OrderBy(subject => subject.Pod.Namespace, StringComparer.Ordinal).ThenBy(subject => subject.Identity)]);
}
