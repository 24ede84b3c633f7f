using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Tables;

/// <summary>Makes the tables that <c>kubectl get</c> prints (<c>meta.k8s.io/v1</c>, kind Table).</summary>
internal sealed class TableWriter(ResourceType type, TimeProvider time, string includeObject)
{
    private readonly IReadOnlyList<TableColumn> _columns = new TableColumns(time).Of(type);

    /// <summary>The start of a table, up to its rows.</summary>
    /// <param name="metadata">The metadata of the list.</param>
    /// <param name="withColumns">False for later events of a watch, whose client knows the columns.</param>
    public JsonObject Head(JsonObject metadata, bool withColumns) => new()
    {
        ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata,
        ["columnDefinitions"] = withColumns ? new JsonArray([.. _columns.Select(column => new JsonObject
        {
            ["name"] = column.Name, ["type"] = column.Type, ["format"] = column.Format, ["description"] = $"{column.Name} of the object.", ["priority"] = column.Priority,
        })]) : null,
        ["rows"] = new JsonArray(),
    };

    public JsonObject Row(StoredObject item)
    {
        var json = item.ToJson();
        var row = new JsonObject { ["cells"] = new JsonArray([.. _columns.Select(column => column.Cell(json))]) };
        switch (includeObject)
        {
            case "None":
                break;
            case "Object":
                json["apiVersion"] = type.ApiVersion;
                row["object"] = json;
                break;
            default:
                row["object"] = new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = json["metadata"]?.DeepClone() };
                break;
        }
        return row;
    }
}
