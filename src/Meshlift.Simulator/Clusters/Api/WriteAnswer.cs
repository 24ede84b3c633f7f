using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Patches;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Answers writes.</summary>
internal sealed class WriteAnswer(ApiRequest request)
{
    private static readonly string[] PatchForms = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml", "application/strategic-merge-patch+json"];

    private static readonly HashSet<string> ReturnedWhenDeleted = new(StringComparer.Ordinal) { "pods", "services", "persistentvolumeclaims", "serviceaccounts", "resourcequotas" };

    private readonly SimulatedCluster _cluster = request.Cluster;
    private readonly ApiPath _path = request.Path;

    public async Task CreateAsync()
    {
        var options = request.WriteOptions();
        var body = await RequestBody.ObjectAsync(request.Http.Request, options);
        if (_path.Subresource.Length > 0)
        {
            await PodActionAsync(body, options);
            return;
        }
        if (_path.Type.IsNamespaced && _path.Namespace.Length == 0) throw ApiErrors.MethodNotAllowed();
        await SendAsync(_cluster.Create(_path.Type, _path.Namespace, body, options));
    }

    public async Task UpdateAsync()
    {
        var options = request.WriteOptions();
        var body = await RequestBody.ObjectAsync(request.Http.Request, options);
        if (_path.Subresource == "scale") await ScaleAsync(live => body, options);
        else if (_path.Subresource == "finalize") await SendAsync(new Written(_cluster.Finalize(_path.Name, body), IsNew: false));
        else await SendAsync(_cluster.Update(_path.Type, _path.Namespace, _path.Name, body, options));
    }

    public async Task PatchAsync()
    {
        var media = RequestBody.Media(request.Http.Request);
        if (!PatchForms.Contains(media, StringComparer.Ordinal)) throw ApiErrors.UnsupportedMediaType(PatchForms);
        var options = request.WriteOptions();
        if (media != "application/apply-patch+yaml" && options.Force) throw PatchOptionWrong("force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
        var patch = await RequestBody.PatchAsync(request.Http.Request, media.EndsWith("+yaml", StringComparison.Ordinal), options);
        if (media == "application/apply-patch+yaml")
        {
            if (request.Query("fieldManager").Length == 0) throw PatchOptionWrong("fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
            var applied = patch as JsonObject ?? throw ApiErrors.BadRequest("error decoding YAML: the patch is no object");
            await SendAsync(_cluster.Apply(_path.Type, _path.Namespace, _path.Name, applied, options));
            return;
        }
        if (_path.Subresource == "scale")
        {
            await ScaleAsync(live => (media.StartsWith("application/json-patch", StringComparison.Ordinal) ? JsonPatch.Apply(live, patch) : MergePatch.Apply(live, patch)) as JsonObject ?? [], options);
            return;
        }
        var kind = media switch { "application/json-patch+json" => PatchKind.Json, "application/merge-patch+json" => PatchKind.Merge, _ => PatchKind.Strategic };
        await SendAsync(_cluster.Patch(_path.Type, _path.Namespace, _path.Name, kind, patch, options));
    }

    public async Task DeleteAsync()
    {
        var options = Options(await RequestBody.OptionalAsync(request.Http.Request));
        var (last, isGone) = _cluster.Delete(_path.Type, _path.Namespace, _path.Name, options);
        if (!isGone || ReturnedWhenDeleted.Contains(_path.Type.Key.ToString()))
        {
            await Answer.ObjectAsync(request, last, 200);
            return;
        }
        var details = new JsonObject { ["name"] = last.Name };
        if (_path.Type.Key.Group.Length > 0) details["group"] = _path.Type.Key.Group;
        (details["kind"], details["uid"]) = (_path.Type.Key.Plural, last.Uid);
        await Answer.JsonAsync(request.Http, 200, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details });
    }

    public async Task DeleteCollectionAsync()
    {
        if (_path.Type.IsNamespaced && _path.Namespace.Length == 0) throw ApiErrors.MethodNotAllowed();
        var options = Options(await RequestBody.OptionalAsync(request.Http.Request));
        var query = ListQuery.Parse(_path, request.Http.Request.Query);
        var deleted = new JsonArray();
        foreach (var item in _cluster.Store.Read(_path.Type.Key).From(query.Namespace, null).Where(query.Matches).ToList())
        {
            try
            {
                deleted.Add(_cluster.Delete(_path.Type, item.Namespace, item.Name, options).Object.ToJson());
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Gone with its owner in the meantime.
            }
        }
        await Answer.JsonAsync(request.Http, 200, new JsonObject
        {
            ["kind"] = _path.Type.ListKind, ["apiVersion"] = _path.Type.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = _cluster.Store.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) }, ["items"] = deleted,
        });
    }

    private async Task ScaleAsync(Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        StoredObject written;
        lock (_cluster.Store.Gate)
        {
            var live = _cluster.Get(_path.Type, _path.Namespace, _path.Name);
            var scale = change(Scale.Of(_path.Type, live));
            written = _cluster.Update(_path.Type, _path.Namespace, _path.Name, Scale.Into(_path.Type, live, scale), options).Object;
        }
        await Answer.JsonAsync(request.Http, 200, Scale.Of(_path.Type, written));
    }

    private async Task PodActionAsync(JsonObject body, WriteOptions options)
    {
        switch (_path.Subresource)
        {
            case "eviction":
                _cluster.Evict(_path.Namespace, _path.Name, Options(body["deleteOptions"] as JsonObject));
                break;
            case "binding":
                var patch = new JsonObject { ["spec"] = new JsonObject { ["nodeName"] = body.At("target.name")?.DeepClone() } };
                _cluster.Patch(_path.Type, _path.Namespace, _path.Name, PatchKind.Merge, patch, options);
                break;
            default:
                throw ApiErrors.MethodNotAllowed();
        }
        await Answer.JsonAsync(request.Http, 201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    private DeleteOptions Options(JsonObject? body)
    {
        var preconditions = body?["preconditions"] as JsonObject;
        var orphans = body?["orphanDependents"] is JsonValue flag && flag.TryGetValue<bool>(out var orphan) ? orphan ? "Orphan" : "Background" : null;
        var grace = body?.Number("gracePeriodSeconds") ?? (long.TryParse(request.Query("gracePeriodSeconds"), System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
        return new DeleteOptions
        {
            Propagation = body?.Text("propagationPolicy") ?? orphans ?? (request.Query("propagationPolicy") is { Length: > 0 } policy ? policy : null),
            GraceSeconds = grace,
            Uid = preconditions?.Text("uid"),
            ResourceVersion = preconditions?.Text("resourceVersion"),
            IsDryRun = ApiRequest.IsDryRun(body?.Texts("dryRun").FirstOrDefault() ?? request.Query("dryRun")),
        };
    }

    private Task SendAsync(Written written) => Answer.ObjectAsync(request, written.Object, written.IsNew ? 201 : 200);

    private static ApiException PatchOptionWrong(string field, string reason, string why) => new(422, "Invalid", $"PatchOptions.meta.k8s.io \"\" is invalid: {field}: {why}")
    {
        About = new ResourceKey("meta.k8s.io", "PatchOptions"), Causes = [new(reason, why, field)],
    };
}
