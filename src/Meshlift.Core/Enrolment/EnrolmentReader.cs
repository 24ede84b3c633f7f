using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.Core.Checks;
using Meshlift.Core.Configuration;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Core.Enrolment;

/// <summary>Finds what a repository says about enrolment: namespaces, workloads, and each place where their labels stand.</summary>
public sealed partial class EnrolmentReader
{
    private readonly RepositoryContent _content;
    private readonly KustomizeTree _tree;
    private readonly Dictionary<string, YamlNode?[]> _documents = new(StringComparer.Ordinal);
    private readonly List<NamespaceDefinition> _definitions = [];
    private readonly List<InjectionSubject> _subjects = [];
    private readonly List<LabelPlace> _places = [];
    private readonly List<UserException> _unread = [];
    private readonly Dictionary<(string File, string Path), (LabelPlace Place, SortedSet<string> Namespaces)> _settings = [];
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private int _templates;

    private EnrolmentReader(RepositoryContent content)
    {
        _content = content;
        foreach (var (path, bytes) in content.Files)
            if (IsManifest(path) && !content.Generated.Any(written => path == written || path.StartsWith(written + "/", StringComparison.Ordinal))) Read(path, bytes);
        _tree = new KustomizeTree(_documents.Where(file => KustomizePatches.FileNames.Contains(NameOf(file.Key), StringComparer.Ordinal))
            .Select(file => file.Value is [YamlMapping root, ..] ? new Kustomization(file.Key, root) : null).OfType<Kustomization>());
    }

    /// <summary>Reads a repository.</summary>
    /// <remarks>Templates of charts are no manifests and are counted; one that makes a namespace by its literal name is a place that is not edited.</remarks>
    public static EnrolledRepository Read(RepositoryContent content)
    {
        var reader = new EnrolmentReader(content);
        foreach (var (file, roots) in reader._documents)
        {
            if (reader._tree.IsPatch(file) || KustomizePatches.FileNames.Contains(NameOf(file), StringComparer.Ordinal)) continue;
            var all = reader._tree.WaysOf(file);
            var ways = all.FindAll(way => !reader.IsElsewhere(file) && !way.Any(one => reader.IsElsewhere(one.File)));
            if (ways.Count == 0) continue;
            // What serves another environment as well would move there, too.
            if (all.Find(way => way.Any(one => reader.IsElsewhere(one.File))) is { IsDefault: false } other)
            {
                var by = other.First(one => reader.IsElsewhere(one.File)).File;
                foreach (var shared in other.Select(one => one.File).Append(file)) reader._shared[shared] = $"{by} delivers it to another environment as well";
            }
            for (var i = 0; i < roots.Length; i++)
                if (roots[i] is YamlMapping root) reader.Add(file, i, root, [], ways);
        }
        reader.AddValues();
        reader.AddTemplates();
        return new EnrolledRepository(
            content, [.. reader._definitions], [.. reader._subjects],
            [.. reader._places, .. reader._settings.Values.Select(setting => setting.Place with { Namespaces = [.. setting.Namespaces] }).OrderBy(place => place.File, StringComparer.Ordinal).ThenBy(place => place.Line)],
            [.. reader._unread], reader._templates);
    }

    private static bool IsManifest(string path) => Path.GetExtension(path) is ".yaml" or ".yml" or ".json" || NameOf(path) == "Kustomization";

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private void Read(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            _documents[path] = [.. YamlFile.Read(bytes).Documents];
        }
        catch (YamlSyntaxException) when (bytes.Span.IndexOf("{{"u8) >= 0)
        {
            _templates++;
        }
        catch (YamlSyntaxException e)
        {
            _unread.Add(new UserException(ErrorKind.Environment, $"{_content.Name}: {path}:{e.Position}: {e.Message}", e.Remedy, e));
        }
    }

    private void Add(string file, int document, YamlMapping root, ImmutableArray<YamlPathStep> prefix, List<ImmutableArray<Kustomization>> ways)
    {
        if ((root["kind"] as YamlScalar)?.Value is { } kind && kind.EndsWith("List", StringComparison.Ordinal) && root["items"] is YamlSequence items && prefix.IsEmpty)
        {
            for (var i = 0; i < items.Items.Length; i++)
                if (items.Items[i] is YamlMapping item) Add(file, document, item, [new YamlPathStep.Key("items"), new YamlPathStep.Index(i)], ways);
            return;
        }
        // Nobody knows what a template will be called.
        if (ManifestStream.IdentityOf(root) is not { } identity || identity.Name.Contains("{{", StringComparison.Ordinal)) return;
        if (identity is { Group: "", Kind: "Namespace" }) AddNamespace(file, document, root, identity, prefix, ways);
        else AddWorkload(file, document, new Resource(identity, root, string.Create(CultureInfo.InvariantCulture, $"{file}:{root.Span?.Start.Line ?? 1}")), prefix, ways);
    }

    private void AddNamespace(string file, int document, YamlMapping root, ResourceIdentity identity, ImmutableArray<YamlPathStep> prefix, List<ImmutableArray<Kustomization>> ways)
    {
        var metadata = root["metadata"] as YamlMapping;
        var labels = Labels.Read(metadata?["labels"]);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var line = LineOf(metadata?["labels"] ?? metadata ?? root);
        foreach (var way in ways)
        {
            var name = way.LastOrDefault(one => one.Namespace is not null)?.Namespace ?? identity.Name;
            names.Add(name);
            _definitions.Add(new NamespaceDefinition(name, file, root.Span?.Start.Line ?? 1, Labelled(labels, way, onPods: false), Labels.Read(metadata?["annotations"])));
            foreach (var one in way)
            {
                foreach (var setting in one.LabelSettings()) AddSetting(one, setting, name);
                foreach (var (patch, at, text) in KustomizeTree.PatchesOf(one, _content.Files))
                    if (Means(text, identity.Name)) AddSetting(new LabelPlace(patch, at, LabelPlaceKind.Other, [], null, 0, null, Labels.None, "a patch sets its labels"), name);
            }
        }
        var path = YamlPath.Of([.. prefix, new YamlPathStep.Key("metadata"), new YamlPathStep.Key("labels")]);
        var obstacle = names.Count > 1 ? $"overlays make {string.Join(" and ", names)} of this one document" : ObstacleIn(file, labels);
        _places.Add(new LabelPlace(file, line, LabelPlaceKind.Namespace, [.. names], null, document, path, labels, obstacle));
    }

    private void AddWorkload(string file, int document, Resource resource, ImmutableArray<YamlPathStep> prefix, List<ImmutableArray<Kustomization>> ways)
    {
        if (InjectionSubject.Of(resource) is not { } subject) return;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var way in ways)
        {
            var name = way.LastOrDefault(one => one.Namespace is not null)?.Namespace ?? subject.Pod.Namespace;
            if (!names.Add(name)) continue;
            _subjects.Add(subject with
            {
                Identity = subject.Identity with { Namespace = name },
                Pod = subject.Pod with { Namespace = name, Labels = Labelled(subject.Pod.Labels, way, onPods: !subject.IsGateway) },
            });
        }
        if (PodTemplate.Of(resource) is not { } pod) return;
        IEnumerable<YamlPathStep> steps = [.. prefix, .. pod.Path.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(key => new YamlPathStep.Key(key)), new YamlPathStep.Key("metadata"), new YamlPathStep.Key("labels")];
        var labels = Labels.Read(pod.Metadata?["labels"]);
        var obstacle = names.Count > 1 ? $"overlays deliver this one document to {string.Join(" and ", names)}" : ObstacleIn(file, labels);
        if (resource.Identity.Kind == "Pod") obstacle ??= "labels of a pod that runs do not move it, and nothing makes it again";
        _places.Add(new LabelPlace(file, LineOf(pod.Metadata?["labels"] ?? pod.Metadata ?? resource.Root), LabelPlaceKind.Pod, [.. names], resource.Identity, document, YamlPath.Of([.. steps]), labels, obstacle));
    }

    private void AddSetting(Kustomization one, (YamlPath Path, YamlMapping Pairs, bool OnPods, bool InSelectors) setting, string name)
    {
        var labels = Labels.Read(setting.Pairs);
        var place = new LabelPlace(
            one.File, LineOf(setting.Pairs), LabelPlaceKind.Kustomization, [], null, 0, setting.Path, labels,
            setting.InSelectors ? "these labels stand in selectors of workloads as well, which cannot be changed" : ObstacleIn(one.File, labels));
        if (place.Asks) AddSetting(place, name);
    }

    private void AddSetting(LabelPlace place, string name)
    {
        var key = (place.File, place.Path?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"{place.Line}"));
        if (!_settings.TryGetValue(key, out var known)) _settings[key] = known = (place, new SortedSet<string>(StringComparer.Ordinal));
        known.Namespaces.Add(name);
    }

    private void AddValues()
    {
        foreach (var values in _content.Values)
        {
            if (!_documents.TryGetValue(values.File.Value, out var roots) || roots is not [YamlMapping root, ..])
            {
                _unread.Add(new UserException(ErrorKind.Environment, $"{_content.Name}: there are no values {values.File}", "correct the path in spec.repositories[].values, or bring the file into the branch"));
                continue;
            }
            var node = At(root, values.Path);
            var text = (node as YamlScalar)?.Value;
            var labels = values.IsRevision ? text is { Length: > 0 } ? Labels.Of((InjectionLabels.Revision, text)) : Labels.None : Labels.Read(node);
            var kind = values.IsRevision ? LabelPlaceKind.ValuesRevision : LabelPlaceKind.ValuesLabels;
            _definitions.Add(new NamespaceDefinition(values.Namespace, values.File.Value, LineOf(node ?? root), labels, Labels.None));
            _places.Add(new LabelPlace(values.File.Value, LineOf(node ?? root), kind, [values.Namespace], null, 0, values.Path, labels, ObstacleIn(values.File.Value, labels)));
        }
    }

    /// <summary>What is no YAML, but names a namespace by its literal name.</summary>
    private void AddTemplates()
    {
        foreach (var (path, bytes) in _content.Files)
        {
            if (_documents.ContainsKey(path) || bytes.Span.IndexOf("{{"u8) < 0 || !IsManifest(path)) continue;
            foreach (Match match in TemplatedNamespace().Matches(Encoding.UTF8.GetString(bytes.Span)))
            {
                var line = bytes.Span[..Encoding.UTF8.GetByteCount(Encoding.UTF8.GetString(bytes.Span).AsSpan(0, match.Index))].Count((byte)'\n') + 1;
                var name = match.Groups["name"].Value;
                _definitions.Add(new NamespaceDefinition(name, path, line, Labels.None, Labels.None));
                _places.Add(new LabelPlace(path, line, LabelPlaceKind.Other, [name], null, 0, null, Labels.None, "it is a template"));
            }
        }
    }

    private static Labels Labelled(Labels labels, ImmutableArray<Kustomization> way, bool onPods)
    {
        foreach (var one in way)
            foreach (var setting in one.LabelSettings())
                if (!onPods || setting.OnPods)
                    foreach (var (key, value) in Labels.Read(setting.Pairs).Pairs)
                        labels = labels.With(key, value);
        return labels;
    }

    private bool IsElsewhere(string file) => PathGlob.Matches(_content.Elsewhere, file);

    private string? ObstacleIn(string file, Labels labels)
    {
        if (_shared.TryGetValue(file, out var shared)) return shared;
        if (labels[InjectionLabels.Revision]?.Contains("{{", StringComparison.Ordinal) == true || labels[InjectionLabels.Injection]?.Contains("{{", StringComparison.Ordinal) == true) return "the label is a template";
        var head = Encoding.UTF8.GetString(_content.Files[file].Span[..Math.Min(_content.Files[file].Length, 600)]);
        return Generated().IsMatch(head) ? "its first lines say that a tool writes this file" : null;
    }

    private static YamlNode? At(YamlNode? node, YamlPath path)
    {
        foreach (var step in path.Steps)
            node = (step, node) switch
            {
                (YamlPathStep.Key(var key), YamlMapping mapping) => mapping[key],
                (YamlPathStep.Index(var index), YamlSequence sequence) when index < sequence.Items.Length => sequence.Items[index],
                (YamlPathStep.Match(var field, var value), YamlSequence sequence) => sequence.Items.FirstOrDefault(item => (item as YamlMapping)?[field] is YamlScalar scalar && scalar.Value == value),
                _ => null,
            };
        return node;
    }

    /// <summary>The line of the label that is to change; of other nodes, their first one.</summary>
    private static int LineOf(YamlNode node) =>
        (node as YamlMapping)?.Entries.Where(entry => entry.Key is InjectionLabels.Injection or InjectionLabels.Revision).Select(entry => entry.KeySpan).FirstOrDefault()?.Start.Line ?? node.Span?.Start.Line ?? 1;

    /// <summary>A patch that names another namespace does not mean this one.</summary>
    private static bool Means(string patch, string name)
    {
        try
        {
            return YamlReader.Read(patch) is not YamlMapping root || ManifestStream.IdentityOf(root) is not { Kind: "Namespace" } identity || identity.Name == name;
        }
        catch (YamlSyntaxException)
        {
            return true;
        }
    }

    [GeneratedRegex(@"\A([ \t]*(#[^\n]*)?\r?\n){0,8}[ \t]*#[^\n]*(do not edit|@generated|code generated)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Generated();

    [GeneratedRegex(@"^kind:[ \t]*Namespace[ \t]*\r?\nmetadata:[ \t]*\r?\n([ \t]+(?!name:)[^\n]*\n){0,20}[ \t]+name:[ \t]*[""']?(?<name>[a-z0-9][-a-z0-9]*)[""']?[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TemplatedNamespace();
}
