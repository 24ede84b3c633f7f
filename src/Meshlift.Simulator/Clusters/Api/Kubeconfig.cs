using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>The file by which Kubernetes' clients find the clusters: a context for each, named as the cluster.</summary>
internal static class Kubeconfig
{
    private const string Mark = "meshlift.dev/simulated";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The text: JSON, which is YAML.</summary>
    public static string Text(Uri address, IEnumerable<(string Cluster, string Token, string? Certificate, string? Key)> clusters, string? authority, bool byCertificate)
    {
        var (servers, users, contexts) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var (name, token, certificate, key) in clusters)
        {
            var server = new JsonObject { ["server"] = new Uri(address, $"clusters/{name}").ToString() };
            if (authority is not null) server["certificate-authority-data"] = Base64(authority);
            servers.Add(new JsonObject { ["name"] = name, ["cluster"] = server });
            users.Add(new JsonObject
            {
                ["name"] = name,
                ["user"] = byCertificate && certificate is not null && key is not null
                    ? new JsonObject { ["client-certificate-data"] = Base64(certificate), ["client-key-data"] = Base64(key) }
                    : new JsonObject { ["token"] = token },
            });
            contexts.Add(new JsonObject { ["name"] = name, ["context"] = new JsonObject { ["cluster"] = name, ["user"] = name } });
        }
        var config = new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Config", ["clusters"] = servers, ["users"] = users, ["contexts"] = contexts,
            // By which the file is told from one that a person would miss.
            ["extensions"] = new JsonArray(new JsonObject { ["name"] = Mark, ["extension"] = new JsonObject() }),
            ["current-context"] = contexts.Count > 0 ? contexts[0]!["name"]!.DeepClone() : "",
        };
        return config.ToJsonString(Indented) + "\n";
    }

    /// <summary>Writes the file as a whole or not at all, readable for its owner only.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancel)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var part = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.part");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using (var file = new FileStream(part, options)) await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
