using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Access;

/// <summary>Reads one kubeconfig.</summary>
/// <remarks>
/// Keys that are not known are left alone, as kubectl does: other programs keep their own in it. What is wrong with a cluster or a user is told when a context
/// needs it.
/// </remarks>
public static class KubeconfigReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path; relative paths in it are relative to its folder.</param>
    /// <param name="utf8">Its content; empty says nothing.</param>
    /// <exception cref="UserException">It is no kubeconfig.</exception>
    public static Kubeconfig Read(string file, ReadOnlySpan<byte> utf8)
    {
        YamlNode? root;
        try
        {
            root = YamlReader.Read(utf8);
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{file}:{e.Position}: {e.Message}", e.Remedy, e);
        }
        if (root is null or YamlScalar { Kind: ScalarKind.Null }) return new Kubeconfig { Files = [file] };
        if (root is not YamlMapping mapping)
            throw new UserException(ErrorKind.Input, $"{file}: this is no kubeconfig", "name the file with your clusters and users; 'kubectl config view' shows one");
        var fields = new KubeconfigFields(file, "the kubeconfig", mapping);
        if (fields.Text("kind") is { } kind && kind != "Config") throw fields.Wrong("kind", $"is {kind}, not Config", "name a kubeconfig");
        return new Kubeconfig
        {
            Files = [file],
            CurrentContext = fields.Text("current-context"),
            Contexts = Entries(fields, "contexts", "context", Context).ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal),
            Clusters = Lazily(fields, "clusters", "cluster", ClusterReader.Read),
            Users = Lazily(fields, "users", "user", UserReader.Read),
        };
    }

    private static KubeContext Context(string name, KubeconfigFields fields) =>
        new(name, fields.Text("cluster") ?? "", fields.Text("user") ?? "", fields.Text("namespace") ?? "default", fields.Place);

    private static ImmutableSortedDictionary<string, KubeconfigEntry<T>> Lazily<T>(KubeconfigFields fields, string list, string key, Func<string, KubeconfigFields, T> read)
        where T : class
    {
        return Entries(fields, list, key, Try).ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);

        KubeconfigEntry<T> Try(string name, KubeconfigFields entry)
        {
            try
            {
                return new KubeconfigEntry<T>(read(name, entry), null, null);
            }
            catch (UserException e)
            {
                return new KubeconfigEntry<T>(null, e.Message, e.Remedy);
            }
        }
    }

    private static List<(string Name, T Value)> Entries<T>(KubeconfigFields fields, string list, string key, Func<string, KubeconfigFields, T> read)
    {
        var entries = new List<(string Name, T Value)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in fields.Groups(list, $"an entry of '{list}'"))
        {
            var name = entry.Text("name") ?? throw entry.Wrong("name", "is missing", $"name the {key}");
            if (!seen.Add(name)) throw entry.Wrong("name", $"is '{name}' for the second time in '{list}'", "remove one of the two");
            var what = $"the {key} '{name}'";
            entries.Add((name, read(name, entry.Group(key, what) ?? new KubeconfigFields(fields.File, what, YamlMapping.Empty))));
        }
        return entries;
    }
}
