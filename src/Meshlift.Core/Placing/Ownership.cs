namespace Meshlift.Core.Placing;

/// <summary>Which files Meshlift wrote, and with which bytes.</summary>
internal static class Ownership
{
    /// <returns>The digest of every generated file of the cluster's folder and of the rendered revision; null for a file without a recorded digest.</returns>
    public static Dictionary<string, string?> Of(ClusterTree tree, ClusterInventory inventory, RevisionInventory? revision)
    {
        var owned = new Dictionary<string, string?>(StringComparer.Ordinal) { [InventoryFile.Name] = null };
        foreach (var entry in inventory.Files) owned[entry.Path] = entry.Digest;
        foreach (var entry in inventory.Delivery) owned[entry.Path] = entry.Digest;
        if (revision is not null)
        {
            owned[$"{revision.Revision}/{InventoryFile.Name}"] = null;
            foreach (var entry in revision.Files) owned[$"{revision.Revision}/{entry.Path}"] = entry.Digest;
            foreach (var input in revision.Inputs) owned[$"{revision.Revision}/{input.Path}"] = input.Digest;
        }
        // Whatever an interrupted run left there may be half of what it was to become.
        foreach (var path in tree.Unfinished) owned[path] = null;
        return owned;
    }
}
