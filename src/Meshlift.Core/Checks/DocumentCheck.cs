using System.Collections.Immutable;
using Meshlift.Core.Checks.Across;
using Meshlift.Core.Manifests;
using Meshlift.Core.Schemas;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks;

/// <summary>What was found in one document.</summary>
/// <param name="Findings">In the order of the document.</param>
/// <param name="Silenced">How many findings the document itself silences.</param>
/// <param name="Resources">The resources in it; several in a List, none in a document that is no Kubernetes object.</param>
/// <param name="WithoutSchema">Versions and kinds, once for each resource, for which no schema is known.</param>
/// <param name="Unevaluated">What schemas demand and nobody looked at, with the kind.</param>
/// <param name="Unknown">Rules that could not be evaluated, with the reason.</param>
/// <param name="Notes">What it says of other files.</param>
public sealed record DocumentVerdict(
    ImmutableArray<CheckFinding> Findings, int Silenced, ImmutableArray<IndexedResource> Resources, ImmutableArray<string> WithoutSchema,
    ImmutableArray<(string Kind, Unevaluated What)> Unevaluated, ImmutableArray<(RuleInfo Rule, string Reason)> Unknown, ImmutableArray<Note> Notes)
{
    internal static DocumentVerdict Nothing { get; } = new([], 0, [], [], [], [], []);
}

/// <summary>Checks one document. Pure: the same bytes give the same findings.</summary>
/// <param name="schemas">What documents must be.</param>
/// <param name="mesh">What is known about the mesh around them.</param>
public sealed class DocumentCheck(SchemaSet schemas, MeshFacts mesh)
{
    private const int MostNestedLists = 4;

    /// <summary>Checks a document.</summary>
    /// <param name="document">Its bytes.</param>
    /// <param name="firstLine">The line at which it starts in its file; 1-based.</param>
    /// <param name="file">Its file, as the user names it.</param>
    /// <param name="standsBy">True when it is not applied, and rules about the mesh have nothing to say.</param>
    public DocumentVerdict Run(ReadOnlySpan<byte> document, int firstLine, string file, bool standsBy)
    {
        if (YamlDocumentReader.IsEmpty(document)) return DocumentVerdict.Nothing;
        var gathered = new Gathered(file, standsBy);
        YamlNode? root = null;
        try
        {
            root = YamlReader.Read(document, firstLine: firstLine);
            if (root is not null) Check(root, gathered, depth: 0);
        }
        catch (YamlSyntaxException e)
        {
            gathered.Findings.Add(new CheckFinding(RuleCatalog.Yaml, file, e.Position.Line, e.Position.Column, "", "", e.Message, e.Remedy));
        }
        gathered.Findings.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)) is var order and not 0 ? order : string.CompareOrdinal(a.Rule.Code + a.Path, b.Rule.Code + b.Path));
        ImmutableArray<CheckFinding> all = [.. gathered.Findings];
        var comments = Suppressions.Of(document, firstLine, root);
        var kept = comments.Apply(all, file);
        if (LaterSilence.At([.. gathered.Resources.Select(one => one.Line), .. gathered.Notes.SelectMany(note => note.Places).Select(place => place.Line)], comments) is { IsEmpty: false } silenced)
        {
            for (var i = 0; i < gathered.Resources.Count; i++) gathered.Resources[i] = gathered.Resources[i] with { Silenced = silenced };
            for (var i = 0; i < gathered.Notes.Count; i++) gathered.Notes[i] = gathered.Notes[i] with { Silenced = silenced };
        }
        return new DocumentVerdict(kept, all.Except(kept).Count(), [.. gathered.Resources], [.. gathered.WithoutSchema], [.. gathered.Unevaluated], [.. gathered.Unknown], [.. gathered.Notes]);
    }

    private void Check(YamlNode node, Gathered gathered, int depth)
    {
        // Values files, Chart.yaml and other configurations stand beside manifests; they are nobody's Kubernetes objects.
        if (node is not YamlMapping root) return;
        if ((root["apiVersion"] as YamlScalar)?.AsString is not { Length: > 0 } apiVersion || (root["kind"] as YamlScalar)?.AsString is not { Length: > 0 } kind)
        {
            gathered.Notes.AddRange(NoteReader.OfConfiguration(root, gathered.File));
            return;
        }
        if (kind.EndsWith("List", StringComparison.Ordinal) && root["items"] is YamlSequence items && depth < MostNestedLists)
        {
            foreach (var item in items.Items) Check(item, gathered, depth + 1);
            return;
        }
        var group = ResourceIdentity.GroupOf(apiVersion);
        if (IsToolInput(group))
        {
            if (group == "kustomize.config.k8s.io") gathered.Notes.AddRange(NoteReader.OfConfiguration(root, gathered.File));
            return;
        }
        if (ManifestStream.IdentityOf(root) is not { } identity)
        {
            // A Job may leave its name to the API server.
            if ((root["metadata"] as YamlMapping)?["generateName"] is null)
                gathered.Add(RuleCatalog.Yaml, root.Span?.Start, $"{kind}", "metadata.name", "the object has no name", "add metadata.name");
            return;
        }
        var resource = new Resource(identity, root, gathered.File);
        gathered.Resources.Add(IndexedResource.Of(resource));
        if (!gathered.StandsBy) gathered.Notes.AddRange(NoteReader.Of(resource));
        var isRemoved = false;
        foreach (var rule in RuleCatalog.Rules)
        {
            if (gathered.StandsBy && rule.IsAboutTheMesh) continue;
            foreach (var hit in rule.Check(resource, mesh))
            {
                isRemoved |= rule is Rules.ApiVersionsRule;
                if (hit.IsUnknown) gathered.Unknown.Add((rule.Info, hit.Message));
                else gathered.Add(rule.Info, hit.Place ?? root.Span?.Start, identity.ToString(), hit.Path, hit.Message, hit.Remedy);
            }
        }
        CheckSchema(resource, apiVersion, gathered, isRemoved);
        if (!CrdSchemas.IsCrd(identity)) return;
        try
        {
            CrdSchemas.Read(root, gathered.File);
        }
        catch (UserException e)
        {
            gathered.Add(RuleCatalog.Schema, root.Span?.Start, identity.ToString(), "spec.versions", $"no resource can be held against this definition: {e.Message}", e.Remedy);
        }
    }

    private void CheckSchema(Resource resource, string apiVersion, Gathered gathered, bool isRemoved)
    {
        var identity = resource.Identity;
        var types = schemas.Find(identity.Group, apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..], identity.Kind);
        if (types.IsEmpty)
        {
            gathered.WithoutSchema.Add($"{apiVersion} {identity.Kind}");
            // A version that is not there, of a kind that is, is refused; the rule about removed versions says it better.
            if (!isRemoved && schemas.Versions(identity.Group, identity.Kind) is { IsEmpty: false } others)
                gathered.Add(RuleCatalog.Schema, resource.Root["apiVersion"]?.Span?.Start, identity.ToString(), "apiVersion", $"{apiVersion} is not served", $"write it for {string.Join(" or ", others.Where(type => type.IsServed).Select(type => type.ApiVersion).Distinct(StringComparer.Ordinal))}");
            return;
        }
        var told = new HashSet<(SourcePosition?, string, string)>();
        foreach (var type in types)
        {
            var verdict = SchemaValidator.Validate(type, resource.Root, schemas.Metadata);
            foreach (var violation in verdict.Violations)
                if (told.Add((violation.Place, violation.Path, violation.Message)))
                    gathered.Add(RuleCatalog.Schema, violation.Place ?? resource.Root.Span?.Start, identity.ToString(), violation.Path, violation.Message, violation.Remedy);
            foreach (var one in verdict.Unevaluated) gathered.Unevaluated.Add(($"{apiVersion} {identity.Kind}", one));
        }
    }

    /// <summary>What a document says of other files, for one in which nothing is to be found.</summary>
    /// <param name="document">Its bytes.</param>
    /// <param name="file">Its file, as the user names it.</param>
    public static ImmutableArray<Note> Notes(ReadOnlySpan<byte> document, string file)
    {
        try
        {
            if (YamlReader.Read(document) is not YamlMapping root) return [];
            if (root["kind"] is not YamlScalar || root["apiVersion"] is not YamlScalar { AsString: { } apiVersion } || IsToolInput(ResourceIdentity.GroupOf(apiVersion))) return [.. NoteReader.OfConfiguration(root, file)];
            return [.. Resources(root, 0).SelectMany(NoteReader.Of)];
        }
        catch (YamlSyntaxException)
        {
            // Nobody asked for what is wrong in this file.
            return [];
        }

        IEnumerable<Resource> Resources(YamlMapping root, int depth) =>
            depth < MostNestedLists && root["items"] is YamlSequence items ? items.Items.OfType<YamlMapping>().SelectMany(item => Resources(item, depth + 1))
            : ManifestStream.IdentityOf(root) is { } identity ? [new Resource(identity, root, file)] : [];
    }

    private static bool IsToolInput(string group) => group is "kustomize.config.k8s.io" or "meshlift.dev" or "install.istio.io";

    private sealed class Gathered(string file, bool standsBy)
    {
        public bool StandsBy { get; } = standsBy;
        public string File { get; } = file;
        public List<CheckFinding> Findings { get; } = [];
        public List<IndexedResource> Resources { get; } = [];
        public List<Note> Notes { get; } = [];
        public List<string> WithoutSchema { get; } = [];
        public List<(string, Unevaluated)> Unevaluated { get; } = [];
        public List<(RuleInfo, string)> Unknown { get; } = [];

        public void Add(RuleInfo rule, SourcePosition? place, string subject, string path, string message, string remedy) =>
            Findings.Add(new CheckFinding(rule, File, place?.Line ?? 1, place?.Column ?? 1, subject, path, message, remedy));
    }
}
