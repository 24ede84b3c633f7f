using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Where the next page of a list begins.</summary>
/// <param name="Version">The version at which the list was started; -1 for that of the moment.</param>
/// <param name="Namespace">The namespace of the last object.</param>
/// <param name="Name">The name of the last object.</param>
internal sealed record ContinueToken(long Version, string Namespace, string Name)
{
    /// <exception cref="ApiException">400: it is none of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            var json = (JsonObject)JsonRead.Parse(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=')))!;
            return new(json.Number("rv") ?? throw new FormatException(), json.Text("ns") ?? throw new FormatException(), json.Text("start") ?? throw new FormatException());
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or InvalidCastException or NullReferenceException)
        {
            throw ApiErrors.BadRequest("continue key is not valid: encoded continue token is not valid");
        }
    }

    public override string ToString()
    {
        var json = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Version, ["ns"] = Namespace, ["start"] = Name }.ToJsonString();
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
