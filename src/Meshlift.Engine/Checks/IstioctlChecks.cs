using System.Collections.Immutable;
using Meshlift.Adapters.Istioctl;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Functions;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Checks;

/// <summary>Runs <c>istioctl analyze</c> and <c>istioctl validate</c>, where istioctl is there, over what is applied together.</summary>
/// <param name="given">The path of istioctl, absolute or from the working directory, perhaps with <c>${version}</c>; null for that of the configuration, else the one on PATH.</param>
/// <param name="time">The clock of time limits.</param>
public sealed class IstioctlChecks(string? given, TimeProvider time)
{
    /// <summary>What both found.</summary>
    /// <param name="request">What is checked.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A path does not exist, or there is no istioctl where one is named.</exception>
    public async Task<ImmutableArray<OutsideVerdict>> RunAsync(CheckRequest request, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("meshlift-check-");
        try
        {
            // To list files takes time, and most often there is no istioctl.
            var found = new Lazy<ImmutableArray<CheckedFile>>(() => CheckFiles.Find(request.Paths, request.Mesh).Checked);
            var (program, missing) = await FindAsync(request, found, cancel);
            if (program is null) return [new OutsideVerdict(OutsideChecks.Analyze, [], missing), new OutsideVerdict(OutsideChecks.Validate, [], missing)];
            var streams = found.Value.GroupBy(file => file.Cluster, StringComparer.Ordinal).Select(cluster => AnalyzedStream.Write(Path.Combine(folder.FullName, $"{Guid.NewGuid():n}.yaml"), cluster, cancel)).Where(stream => !stream.IsEmpty).ToList();
            var analysis = new ManifestAnalysis(program);
            return [await RunAsync(OutsideChecks.Analyze, streams, analysis.AnalyzeAsync, cancel), await RunAsync(OutsideChecks.Validate, streams, analysis.ValidateAsync, cancel)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<OutsideVerdict> RunAsync(RuleInfo check, List<AnalyzedStream> streams, Func<string, CancellationToken, Task<ImmutableArray<IstioctlMessage>>> run, CancellationToken cancel)
    {
        var findings = ImmutableArray.CreateBuilder<CheckFinding>();
        try
        {
            foreach (var stream in streams)
                foreach (var message in await run(stream.Path, cancel))
                    findings.Add(stream.Finding(check, message));
            return new OutsideVerdict(check, findings.DrainToImmutable());
        }
        catch (UserException e)
        {
            return new OutsideVerdict(check, findings.DrainToImmutable(), "istioctl failed", e);
        }
    }

    private async Task<(IstioctlProgram? Program, string Missing)> FindAsync(CheckRequest request, Lazy<ImmutableArray<CheckedFile>> files, CancellationToken cancel)
    {
        var (named, root) = given is not null ? (given, Directory.GetCurrentDirectory()) : (request.Mesh?.Mesh.Spec.Istio.Istioctl, request.Mesh?.Root ?? "");
        if (named is null)
        {
            var onPath = new IstioctlProgram("istioctl", time);
            try
            {
                await onPath.VersionAsync(cancel);
                return (onPath, "");
            }
            catch (UserException e)
            {
                return (null, e.Message);
            }
        }
        if (named.Contains("${version}", StringComparison.Ordinal))
        {
            if (Newest(files.Value, cancel) is not { } version) return (null, $"{named} needs the version of a control plane, and none was seen");
            named = named.Replace("${version}", version.ToString(), StringComparison.Ordinal);
        }
        var path = Path.GetFullPath(named, root);
        if (!File.Exists(path)) return given is null
            ? (null, $"there is no {named}")
            : throw new UserException(ErrorKind.Input, $"--istioctl: there is no {named}", "correct the path, or leave the option out to use the istioctl on PATH");
        return (new IstioctlProgram(path, time), "");
    }

    private static IstioVersion? Newest(ImmutableArray<CheckedFile> files, CancellationToken cancel)
    {
        var facts = new MeshFacts();
        foreach (var (_, _, resources) in CheckedDocuments.Of(files, cancel))
            foreach (var one in resources)
                facts.Add(one.Resource);
        return facts.Versions.Max();
    }
}

/// <summary>Documents of many files in one file for a program, and the way back from its lines to theirs.</summary>
internal sealed class AnalyzedStream
{
    private readonly List<(int First, int Lines, CheckedFile File, int Line, List<CheckedResource> Resources)> _pieces = [];

    private AnalyzedStream(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>True when there is no document in it.</summary>
    public bool IsEmpty => _pieces.Count == 0;

    /// <summary>Writes what is applied together.</summary>
    public static AnalyzedStream Write(string path, IEnumerable<CheckedFile> files, CancellationToken cancel)
    {
        var stream = new AnalyzedStream(path);
        using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var line = 1;
        foreach (var (file, document, resources) in CheckedDocuments.Of(files, cancel))
        {
            if (line > 1 && !document.Utf8.AsSpan().StartsWith("---"u8))
            {
                output.Write("---\n"u8);
                line++;
            }
            output.Write(document.Utf8);
            var lines = document.Utf8.AsSpan().Count((byte)'\n');
            if (!document.Utf8.AsSpan().EndsWith("\n"u8))
            {
                output.Write("\n"u8);
                lines++;
            }
            // Their values are not needed any more, their places are.
            stream._pieces.Add((line, lines, file, document.Line, resources.ConvertAll(one => one with { Resource = one.Resource.With(Emptied(one.Resource.Root)) })));
            line += lines;
        }
        return stream;
    }

    /// <summary>A message, with the place in the file that it is about.</summary>
    public CheckFinding Finding(RuleInfo check, IstioctlMessage message)
    {
        var rule = new RuleInfo(message.Code, check.Name, message.Severity, message.Documentation.Length == 0 ? check.Title : message.Documentation);
        var remedy = message.Documentation.Length == 0 ? "see what istioctl says about it" : $"see {message.Documentation}";
        var (piece, resource) = Find(message);
        var line = message.Line is { } at && at >= piece.First && at < piece.First + piece.Lines ? at - piece.First + piece.Line : resource?.Resource.Root.Span?.Start.Line ?? piece.Line;
        var column = line == resource?.Resource.Root.Span?.Start.Line ? resource.Resource.Root.Span.Value.Start.Column : 1;
        return new CheckFinding(rule, piece.File.ShownAs, line, column, resource?.Resource.Identity.ToString() ?? message.Origin, "", message.Message, remedy);
    }

    private ((int First, int Lines, CheckedFile File, int Line, List<CheckedResource> Resources) Piece, CheckedResource? Resource) Find(IstioctlMessage message)
    {
        if (message.Line is { } line && _pieces.FindLast(piece => piece.First <= line) is { File: not null } named)
        {
            var inside = line - named.First + named.Line;
            return (named, named.Resources.FindLast(one => one.Resource.Root.Span?.Start.Line <= inside) ?? named.Resources[0]);
        }
        foreach (var piece in _pieces)
            if (piece.Resources.Find(one => Names(message.Origin, one)) is { } resource)
                return (piece, resource);
        return (_pieces[0], null);
    }

    /// <summary>Whether the words of istioctl, <c>Kind namespace/name</c> or <c>Kind name.namespace</c>, mean a resource.</summary>
    private static bool Names(string origin, CheckedResource one)
    {
        var (kind, name, space) = (one.Resource.Identity.Kind, one.Resource.Identity.Name, one.Resource.Identity.Namespace);
        return origin.StartsWith(kind + " ", StringComparison.Ordinal) && origin[(kind.Length + 1)..] is var rest
            && (rest == name || rest == $"{space}/{name}" || rest == $"{name}.{space}" || (space.Length == 0 && (rest == $"default/{name}" || rest == $"{name}.default")));
    }

    private static Yaml.YamlMapping Emptied(Yaml.YamlMapping root) => root.Entries.Aggregate(root, (mapping, entry) => mapping.Without(entry.Key));
}
