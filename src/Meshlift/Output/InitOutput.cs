using Meshlift.Adapters.Processes;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Findings;
using Meshlift.Core.Onboarding;
using Meshlift.Engine.Onboarding;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints what <c>init</c> found, wrote and compared.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">For whom.</param>
/// <param name="listsAll">True to list every resource.</param>
internal sealed class InitOutput(TextWriter output, OutputFormat format, bool listsAll)
{
    private const int MostLines = 12;

    /// <summary>Prints a result.</summary>
    public void Write(InitRequest request, InitResult result)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(InitJson.Of(request, result));
            return;
        }
        Found(result.Draft);
        Written(request, result);
        Compared(result);
        Next(request, result);
    }

    private void Found(MeshDraft draft)
    {
        WriteLine($"Istio      {string.Join(", ", draft.Standing.GroupBy(one => (one.Version, one.Revision)).Select(group => $"{group.Key.Version} as {group.Key.Revision} in {string.Join(" and ", group.Select(one => one.Cluster.Name))}"))}");
        var input = draft.Charts?.Source ?? draft.Manifests ?? string.Join(", ", draft.Operators);
        WriteLine($"renderer   {draft.Renderer.ToString().ToLowerInvariant()}: {input}");
        WriteLine($"delivery   {draft.Engine.ToString().ToLowerInvariant()}{(draft.EngineReason.Length > 0 ? $", seen in {draft.EngineReason}" : "")}");
        foreach (var environment in draft.Environments)
            WriteLine($"clusters   {environment.Name}: {string.Join(", ", environment.Clusters.Select(cluster => $"{cluster.Name} ({cluster.Path})"))}");
        foreach (var finding in draft.Findings)
            WriteLine($"  {finding.Severity.ToString().ToLowerInvariant()} {finding.Code}  {finding.Subject}: {finding.Message}");
    }

    private void Written(InitRequest request, InitResult result)
    {
        output.WriteLine();
        var wrote = request.IsDryRun ? "would write" : "wrote";
        WriteLine($"{wrote} {request.ShownAs}{(request.IsDryRun ? ":" : "")}");
        if (request.IsDryRun)
            foreach (var line in result.Text.TrimEnd('\n').Split('\n')) WriteLine(line.Length == 0 ? "" : $"    {line}");
        foreach (var file in result.Draft.Files) WriteLine($"{wrote} {file.Path}: {file.Why}");
        if (!result.Draft.Tags.IsEmpty) WriteLine($"  rendered by Meshlift, because no renderer prints them: the tags {string.Join(", ", result.Draft.Tags)}");
        foreach (var rule in result.Draft.Clean) WriteLine($"  left out, because it is rendered and not there: {rule.Kind} {rule.Name}");
    }

    private void Compared(InitResult result)
    {
        output.WriteLine();
        if (result.Comparison.Failure is { } failure)
        {
            WriteLine("  warning ML1055  what would differ is not known, because it cannot be rendered here:");
            foreach (var line in failure.Message.Split('\n')) WriteLine($"    {line}");
            WriteLine($"    help: {failure.Remedy}");
            return;
        }
        foreach (var cluster in result.Comparison.Resources.GroupBy(one => one.Cluster, StringComparer.Ordinal))
        {
            var counts = cluster.CountBy(one => one.Difference).ToDictionary();
            WriteLine($"{cluster.Key}: {string.Join(", ", Enum.GetValues<StandingDifference>().Where(counts.ContainsKey).Select(one => $"{counts[one]} {NameOf(one)}"))}");
            List(cluster.Where(one => one.Difference == StandingDifference.Changed), one => $"  ~ {one.Resource}  {string.Join(", ", one.Places)}{(one.Places.All(IsIstiods) ? ": istiod's own at run time, and never in Git" : "")}");
            // Where nothing stood, all of it is new, and the list says nothing.
            if (listsAll || counts.Count > 1) List(cluster.Where(one => one.Difference == StandingDifference.Added), one => $"  + {one.Resource}  {one.To}");
            List(cluster.Where(one => one.Difference == StandingDifference.Kept), one => $"  . {one.Resource}  {one.From}: not rendered; it stays as it is, and yours");
            var moved = cluster.Where(one => one is { From: not null, To: not null } && one.From != one.To).ToList();
            if (listsAll) List(moved, one => $"  {one.From} -> {one.To}");
            else List(
                moved.GroupBy(one => (From: Sorted(one.From!, one), To: Sorted(one.To!, one))).OrderBy(group => group.Key.From, StringComparer.Ordinal).ThenBy(group => group.Key.To, StringComparer.Ordinal),
                group => $"  {(group.Key.From.Length == 0 ? "." : group.Key.From)} -> {group.Key.To}  ({Counted.Of(group.Count(), "resource")})");
        }
    }

    private void Next(InitRequest request, InitResult result)
    {
        output.WriteLine();
        WriteLine(request.IsDryRun ? "nothing was written (--dry-run); next would be:" : "next:");
        var replaced = result.Comparison.Replaced;
        foreach (var file in replaced.Mixed)
            WriteLine($"  # {file.Path} holds {Counted.Of(file.Rendered, "resource")} that the render below writes, and {Counted.Of(file.Others, "document")} of yours: put yours into another file, then remove it");
        if (!replaced.Whole.IsEmpty) WriteLine($"  git rm -r -q -- {string.Join(' ', replaced.Whole.Select(Shell))}   # all of it is written anew by the render below");
        foreach (var render in Renders(result.Draft)) WriteLine($"  meshlift render {render}");
        WriteLine("  git add --all && git diff --cached --stat");
    }

    /// <summary>The arguments of the renders that make what stands there, oldest version first.</summary>
    internal static IEnumerable<string> Renders(MeshDraft draft)
    {
        var all = draft.Environments.Sum(environment => environment.Clusters.Length);
        foreach (var version in draft.Standing.GroupBy(one => one.Version).OrderBy(group => group.Key))
        {
            var clusters = version.Select(one => one.Cluster.Name).Distinct(StringComparer.Ordinal).ToList();
            yield return $"{version.Key}{(clusters.Count == all ? all == 1 ? "" : " --all-clusters" : string.Concat(clusters.Select(name => $" --cluster {name}")))}";
        }
    }

    internal static string NameOf(StandingDifference difference) => difference.ToString().ToLowerInvariant();

    private void List<T>(IEnumerable<T> items, Func<T, string> line)
    {
        var all = items.ToList();
        foreach (var item in listsAll || all.Count <= MostLines + 1 ? all : all.Take(MostLines)) WriteLine(line(item));
        if (!listsAll && all.Count > MostLines + 1) WriteLine($"  ... and {all.Count - MostLines} more (--verbose)");
    }

    private static bool IsIstiods(string place) => place.StartsWith("webhooks[", StringComparison.Ordinal) && (place.EndsWith(".failurePolicy", StringComparison.Ordinal) || place.EndsWith(".caBundle", StringComparison.Ordinal));

    /// <summary>The folder of a file, above those that only sort by kind and namespace.</summary>
    private static string Sorted(string path, ComparedResource one)
    {
        var folder = FolderOf(path);
        if (one.Resource.Namespace.Length > 0 && folder.EndsWith($"/{one.Resource.Namespace}", StringComparison.Ordinal) && IsKind(FolderOf(folder))) folder = FolderOf(folder);
        return IsKind(folder) ? FolderOf(folder) : folder;

        bool IsKind(string name) => name[(name.LastIndexOf('/') + 1)..].StartsWith(one.Resource.Kind, StringComparison.OrdinalIgnoreCase);
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private static string Shell(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Names come from files, which must not steer the terminal.</summary>
    private void WriteLine(string line) => output.WriteLine(Redaction.WithoutControls(line));
}
