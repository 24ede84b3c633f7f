using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Injection;

namespace Meshlift.Core.Enrolment;

/// <summary>A namespace, or a workload of it, that moves, and where that is written.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Places">The places, each with the index of its repository; at least one.</param>
internal sealed record Move(string Namespace, ImmutableArray<(int Repository, LabelPlace Place)> Places);

/// <summary>Decides namespace by namespace whether and how it moves. A namespace moves with all its places or not at all.</summary>
internal sealed class NamespaceMoves
{
    private readonly ImmutableArray<EnrolledRepository> _repositories;
    private readonly string _target;
    private readonly ILookup<string, (int Repository, NamespaceDefinition Definition)> _definitions;
    private readonly ILookup<string, (int Repository, LabelPlace Place)> _places;

    public NamespaceMoves(ImmutableArray<EnrolledRepository> repositories, string target)
    {
        (_repositories, _target) = (repositories, target);
        _definitions = repositories.SelectMany((one, i) => one.Definitions.Select(definition => (i, definition))).ToLookup(pair => pair.definition.Name, StringComparer.Ordinal);
        _places = repositories.SelectMany((one, i) => one.Places.SelectMany(place => place.Namespaces.Select(name => (name, i, place)))).ToLookup(entry => entry.name, entry => (entry.i, entry.place), StringComparer.Ordinal);
    }

    public List<ManualEdit> ByHand { get; } = [];

    public List<MigrationRemark> Remarks { get; } = [];

    /// <summary>Every namespace that a repository defines or has workloads for, in ordinal order.</summary>
    public IEnumerable<string> Names => _definitions.Select(group => group.Key).Union(_repositories.SelectMany(one => one.Subjects).Select(subject => subject.Pod.Namespace), StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The labels of a namespace; null when none defines it.</summary>
    public NamespaceDefinition? DefinitionOf(string name) => _definitions[name].Select(pair => pair.Definition).FirstOrDefault();

    /// <summary>The places of a namespace.</summary>
    public IEnumerable<(int Repository, LabelPlace Place)> PlacesOf(string name) => _places[name];

    /// <summary>Decides the namespaces; those that have to be left to a person are among <see cref="ByHand"/>.</summary>
    public List<Move> Decide(IEnumerable<string> names)
    {
        var moves = names.Select(Decide).OfType<Move>().ToList();
        while (moves.Find(move => SharedWithOthers(move, moves) is not null) is { } stuck)
        {
            LeaveToPerson(stuck, SharedWithOthers(stuck, moves)!);
            moves.Remove(stuck);
        }
        return moves;
    }

    /// <summary>Tells the edits of a move for a person to make.</summary>
    public void LeaveToPerson(Move move, string reason)
    {
        foreach (var (repository, place) in move.Places)
            ByHand.Add(new ManualEdit(_repositories[repository].Content.Name, place.File, place.Line, move.Namespace, LabelEdit.Instruction(place, _target), place.Obstacle ?? reason));
    }

    private Move? Decide(string name)
    {
        var definitions = _definitions[name].ToList();
        var places = _places[name].Where(entry => entry.Place.Kind != LabelPlaceKind.Pod && entry.Place.Asks).ToImmutableArray();
        if (definitions.Count == 0) return Leave(RemarkKind.Undefined, name, $"no repository that was read defines the namespace{Workloads(name)}");
        var blocked = places.Any(entry => entry.Place.Kind == LabelPlaceKind.Other);
        var enrolments = definitions.Where(pair => !_places[name].Any(entry => entry.Place.Kind == LabelPlaceKind.Other && entry.Place.File == pair.Definition.File)).Select(pair => pair.Definition.Enrolment).Distinct().ToList();
        if (enrolments.Count > 1)
        {
            LeaveToPerson(new Move(name, places), $"its definitions contradict each other: {string.Join(", ", definitions.Select(Said).Distinct(StringComparer.Ordinal))}");
            return null;
        }
        var (injection, revision) = enrolments.Count == 0 ? (null, null) : enrolments[0];
        if (injection is not null and not "enabled") return Leave(RemarkKind.NotEnrolled, name, $"it says {InjectionLabels.Injection}={injection}");
        if (injection is null && revision == _target) return Leave(RemarkKind.AlreadyThere, name, $"it asks for {_target} already");
        if (injection is null && revision is null && !blocked) return Pods(name);
        var move = new Move(name, places);
        if (Refusal(move) is not { } refusal) return move;
        LeaveToPerson(move, refusal);
        return null;
    }

    /// <summary>Without a label of the namespace each pod asks for itself.</summary>
    private Move? Pods(string name)
    {
        var asking = _places[name].Where(entry => entry.Place.Kind == LabelPlaceKind.Pod && (entry.Place.Labels[InjectionLabels.Revision] is not null || entry.Place.Labels[InjectionLabels.Inject] == "true")).ToList();
        var moving = asking.Where(entry => entry.Place.Labels[InjectionLabels.Revision] != _target && entry.Place.Labels[InjectionLabels.Inject] != "false").ToImmutableArray();
        if (moving.IsEmpty) return asking.Count == 0 ? Leave(RemarkKind.NotEnrolled, name, "neither it nor its pods ask for a proxy") : Leave(RemarkKind.AlreadyThere, name, $"its pods ask for {_target} already");
        var move = new Move(name, moving);
        if (Refusal(move) is not { } refusal) return move;
        LeaveToPerson(move, refusal);
        return null;
    }

    /// <summary>Why a move cannot be written; null when it can.</summary>
    public string? Refusal(Move move)
    {
        foreach (var (repository, place) in move.Places)
            if (LabelEdit.Apply(_repositories[repository].Content.Files[place.File], place, _target) is { Refusal: { } refusal })
                return place.Obstacle is not null && move.Places.Length > 1 ? $"{place.File} is not edited ({refusal}), and a namespace moves as a whole" : refusal;
        return null;
    }

    private string? SharedWithOthers(Move move, List<Move> moves)
    {
        foreach (var (_, place) in move.Places)
            if (place.Workload is null && place.Namespaces.FirstOrDefault(other => !moves.Exists(one => one.Namespace == other) && DefinitionOf(other)?.Enrolment != (null, _target)) is { } other)
                return $"{place.File} labels {other} as well, which is not moved with it";
        return null;
    }

    private Move? Leave(RemarkKind kind, string name, string message)
    {
        Remarks.Add(new MigrationRemark(kind, name, message));
        return null;
    }

    private string Workloads(string name) =>
        _repositories.SelectMany(one => one.Subjects).FirstOrDefault(subject => subject.Pod.Namespace == name) is { } workload ? $", but {workload.Origin} runs {workload.Identity.Kind} {workload.Identity.Name} in it" : "";

    private string Said((int Repository, NamespaceDefinition Definition) one)
    {
        var (injection, revision) = one.Definition.Enrolment;
        string?[] said = [injection is null ? null : $"{InjectionLabels.Injection}={injection}", revision is null ? null : $"{InjectionLabels.Revision}={revision}"];
        var words = string.Join(" and ", said.OfType<string>());
        return string.Create(CultureInfo.InvariantCulture, $"{_repositories[one.Repository].Content.Name} {one.Definition.File}:{one.Definition.Line} says {(words.Length == 0 ? "nothing" : words)}");
    }
}
