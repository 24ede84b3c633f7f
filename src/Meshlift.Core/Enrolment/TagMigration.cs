using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Injection;
using Meshlift.Core.Selecting;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Enrolment;

/// <summary>A cluster before and after its tag is moved.</summary>
/// <param name="Name">The cluster.</param>
/// <param name="Before">The injectors as they stand.</param>
/// <param name="After">The injectors as they would be.</param>
/// <param name="Switches">What else moves, in sentences.</param>
public sealed record MovedTag(string Name, MeshInjection Before, MeshInjection After, ImmutableArray<string> Switches);

/// <summary>What moving a tag reaches: a tag moves all that ask for it, whatever their wave.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="To">The revision.</param>
/// <param name="Namespaces">The namespaces with something that changes, in ordinal order.</param>
/// <param name="Outside">Those of them that were not asked for.</param>
/// <param name="Forecasts">What changes, and when.</param>
/// <param name="Switches">What else moves, in sentences; empty but for the tag <c>default</c>.</param>
public sealed record TagMigration(TagName Tag, RevisionName To, ImmutableArray<string> Namespaces, ImmutableArray<string> Outside, ImmutableArray<ClusterForecast> Forecasts, ImmutableArray<string> Switches)
{
    /// <summary>The title of the pull request.</summary>
    public string Title => $"Point the tag {Tag} at Istio {To}";

    /// <summary>Its text, in Markdown.</summary>
    public string Body
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"Points the tag `{Tag}` at the Istio control plane `{To}`: its webhook, its Service and its validator, in one commit. It reaches all that ask for the tag, at once.\n");
            foreach (var forecast in Forecasts) MigrationText.Append(text, forecast);
            if (!Outside.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"\nNot asked for, but moved with it, because they ask for the same tag: {string.Join(", ", Outside)}.\n");
            if (!Switches.IsEmpty) text.Append("\n## What else it switches\n\n");
            foreach (var sentence in Switches) text.Append(CultureInfo.InvariantCulture, $"- {sentence}\n");
            return text.Append("\nWorkloads in repositories that were not read are not in this list.\n\n## How to go back\n\nRevert this pull request, then restart what was restarted. Gateways go back at once.\n").ToString();
        }
    }

    /// <summary>What moving a tag reaches.</summary>
    /// <param name="change">The tag, and where it is moved.</param>
    /// <param name="clusters">The clusters, before and after.</param>
    /// <param name="repositories">What runs.</param>
    /// <param name="wanted">The namespaces that are to be moved.</param>
    public static TagMigration Of(TagChange.Set change, ImmutableArray<MovedTag> clusters, ImmutableArray<EnrolledRepository> repositories, IReadOnlyCollection<string> wanted)
    {
        var labels = repositories.SelectMany(one => one.Definitions).GroupBy(one => one.Name, StringComparer.Ordinal).ToImmutableSortedDictionary(group => group.Key, group => group.First().Labels, StringComparer.Ordinal);
        ImmutableArray<InjectionSubject> subjects = [.. repositories.SelectMany(one => one.Subjects).DistinctBy(subject => subject.Identity).OrderBy(subject => subject.Pod.Namespace, StringComparer.Ordinal).ThenBy(subject => subject.Identity)];
        ImmutableArray<ClusterForecast> forecasts =
        [
            .. clusters.Select(cluster => new ClusterForecast(
                [cluster.Name], [.. InjectionForecast.Of(new InjectionScene(cluster.Before, labels, subjects), new InjectionScene(cluster.After, labels, subjects)).Where(row => row.When != ChangeTime.Never)])),
        ];
        ImmutableArray<string> reached = [.. forecasts.SelectMany(one => one.Rows).Select(row => row.Subject.Pod.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new TagMigration(
            change.Tag, change.Revision, reached, [.. reached.Where(name => !wanted.Contains(name, StringComparer.Ordinal))], forecasts, [.. clusters.SelectMany(cluster => cluster.Switches).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The tags that namespaces ask for, in ordinal order; <c>default</c> for those that name no revision.</summary>
    public static ImmutableArray<TagName> AskedFor(ImmutableArray<EnrolledRepository> repositories, IReadOnlyCollection<string> namespaces, RevisionTags tags)
    {
        var names = tags.All.Select(tag => tag.Tag).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. repositories.SelectMany(one => one.Definitions).Where(one => namespaces.Contains(one.Name, StringComparer.Ordinal)).Select(one => Asked(one.Labels)).OfType<string>().Distinct(StringComparer.Ordinal)
                .Where(names.Contains).Select(TagName.ParseOrNull).OfType<TagName>().Order(),
        ];

        static string? Asked(Labels labels) => labels[InjectionLabels.Injection] switch { "enabled" => "default", null => labels[InjectionLabels.Revision], _ => null };
    }
}
