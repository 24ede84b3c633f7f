using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Injection;

/// <summary>The manifests of a moment: injectors, namespaces, and what makes pods.</summary>
/// <param name="Mesh">The injectors.</param>
/// <param name="Namespaces">The labels of the namespaces whose manifests were seen.</param>
/// <param name="Subjects">What makes pods, in the order of identities.</param>
public sealed record InjectionScene(MeshInjection Mesh, ImmutableSortedDictionary<string, Labels> Namespaces, ImmutableArray<InjectionSubject> Subjects)
{
    /// <summary>Reads manifests.</summary>
    /// <param name="mesh">The webhooks, ConfigMaps and Services of the control planes. Namespaces among them count.</param>
    /// <param name="manifests">What is asked about. Namespaces among them count before those of <paramref name="mesh"/>.</param>
    /// <exception cref="UserException">A webhook or an injector is none.</exception>
    public static InjectionScene Of(IReadOnlyCollection<Resource> mesh, IReadOnlyCollection<Resource> manifests)
    {
        var namespaces = ImmutableSortedDictionary.CreateBuilder<string, Labels>(StringComparer.Ordinal);
        foreach (var resource in mesh.Concat(manifests))
            if (resource.Identity is { Group: "", Kind: "Namespace" })
                namespaces[resource.Identity.Name] = Labels.Read((resource.Root["metadata"] as Yaml.YamlMapping)?["labels"]);
        return new InjectionScene(
            MeshInjection.Read(mesh), namespaces.ToImmutable(),
            [.. manifests.Select(InjectionSubject.Of).OfType<InjectionSubject>().OrderBy(subject => subject.Pod.Namespace, StringComparer.Ordinal).ThenBy(subject => subject.Identity)]);
    }

    /// <summary>The same with labels changed on every namespace, as <c>kubectl label</c> would.</summary>
    /// <param name="changes">Keys with values; a null value takes the label away.</param>
    public InjectionScene With(IReadOnlyCollection<KeyValuePair<string, string?>> changes)
    {
        if (changes.Count == 0) return this;
        // A namespace of which only workloads were seen has the labels that are proposed, and unknown others: nothing may be taken for known.
        return this with { Namespaces = Namespaces.ToImmutableSortedDictionary(pair => pair.Key, pair => changes.Aggregate(pair.Value, (labels, change) => labels.With(change.Key, change.Value)), StringComparer.Ordinal) };
    }
}

/// <summary>What makes pods, who injects them now, and who would.</summary>
/// <param name="Subject">What makes them, as it would be; as it was when it is gone.</param>
/// <param name="Before">The answer before; null where there is no before, and for what is new.</param>
/// <param name="After">The answer after; null for what is gone.</param>
/// <param name="When">When a change reaches the pods.</param>
public sealed record ForecastRow(InjectionSubject Subject, InjectionVerdict? Before, InjectionVerdict? After, ChangeTime When);

/// <summary>Who injects what, and what a change of manifests moves.</summary>
public static class InjectionForecast
{
    /// <summary>The answers as things stand.</summary>
    public static ImmutableArray<ForecastRow> Of(InjectionScene now) =>
        [.. now.Subjects.Select(subject => new ForecastRow(subject, null, subject.Explain(now.Mesh, now.Namespaces), ChangeTime.Never))];

    /// <summary>The answers before and after a change.</summary>
    public static ImmutableArray<ForecastRow> Of(InjectionScene before, InjectionScene after)
    {
        var old = before.Subjects.GroupBy(subject => subject.Identity).ToDictionary(group => group.Key, group => group.First());
        var rows = ImmutableArray.CreateBuilder<ForecastRow>();
        foreach (var subject in after.Subjects)
        {
            var verdict = subject.Explain(after.Mesh, after.Namespaces);
            rows.Add(old.Remove(subject.Identity, out var was)
                ? Compared(was, subject, was.Explain(before.Mesh, before.Namespaces), verdict)
                : new ForecastRow(subject, null, verdict, ChangeTime.AtOnce));
        }
        foreach (var gone in old.Values.OrderBy(subject => subject.Identity)) rows.Add(new ForecastRow(gone, gone.Explain(before.Mesh, before.Namespaces), null, ChangeTime.AtOnce));
        return rows.ToImmutable();
    }

    private static ForecastRow Compared(InjectionSubject was, InjectionSubject subject, InjectionVerdict before, InjectionVerdict after)
    {
        if (before.MeansTheSameAs(after)) return new ForecastRow(subject, before, after, ChangeTime.Never);
        var isRolled = subject.IsGateway || !Same(was.Pod, subject.Pod);
        return new ForecastRow(subject, before, after, subject.Identity.Kind is "Job" or "CronJob" ? ChangeTime.NextRun : isRolled && subject.Identity.Kind != "Pod" ? ChangeTime.AtOnce : ChangeTime.NextRestart);
    }

    private static bool Same(PodRequest a, PodRequest b) =>
        a.Labels.Pairs.SequenceEqual(b.Labels.Pairs) && a.Annotations.Pairs.SequenceEqual(b.Annotations.Pairs) && a.IsHostNetwork == b.IsHostNetwork && a.ProxyImage == b.ProxyImage;
}
