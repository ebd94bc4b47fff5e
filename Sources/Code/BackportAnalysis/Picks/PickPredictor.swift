package import MainstayCore

/// Says what a pick would do, without doing it.
///
/// A prediction is a three-way merge of the trees before the fix, after the fix and of the line,
/// read only where the fix changed something. It follows the merge of Git 2.39 (`ort`) with its
/// default settings, moves of files and folders included. Nothing is ever written.
///
/// Used by one thread at a time; each thread has its own predictor. What is learnt from one
/// prediction (objects read, blobs merged) makes the next one cheaper.
package final class PickPredictor {
    /// Reads and caches objects.
    package let objects: PickObjects
    /// Merges entries and remembers merges.
    package let merger: EntryMerger
    /// Looks up how a path wants to be merged.
    let attributes: MergeAttributes

    /// Creates a predictor over `source`.
    package init(source: any TreeSource) {
        objects = PickObjects(source: source)
        merger = EntryMerger(objects: objects)
        attributes = MergeAttributes(objects: objects)
    }

    /// Predicts the pick of the commit `fix` onto the commit `target`.
    ///
    /// A merge commit is picked as its change against its first parent, and a commit without
    /// parents as the addition of all its files.
    package func predict(
        fix: CommitID,
        onto target: CommitID,
        isKeepingObjects: Bool = false
    ) -> PickPrediction {
        do throws(ObjectFault) {
            return predict(
                fix: fix,
                ontoTree: try objects.commit(target).tree,
                isKeepingObjects: isKeepingObjects
            )
        } catch {
            return PickPrediction(verdict: .unknown(reason: error.message), paths: [])
        }
    }

    /// Predicts the pick of the commit `fix` onto the tree `target`, which may be in memory only.
    package func predict(
        fix: CommitID,
        ontoTree target: CommitID,
        isKeepingObjects: Bool = false,
        labels: (line: String, fix: String)? = nil
    ) -> PickPrediction {
        do throws(ObjectFault) {
            let (fixTree, parent) = try objects.commit(fix)
            var base: CommitID?
            if let parent { base = try objects.commit(parent).tree }
            return predict(
                base: base,
                fix: fixTree,
                target: target,
                isKeepingObjects: isKeepingObjects,
                labels: labels
            )
        } catch {
            return PickPrediction(verdict: .unknown(reason: error.message), paths: [])
        }
    }

    /// Predicts what the change from tree `base` to tree `fix` does to the tree `target`.
    ///
    /// `base` is `nil` for a fix without parents. With `isKeepingObjects` the new trees and blobs
    /// of a clean pick are part of the answer, for ``adopt(_:)`` or for writing. With `labels` a
    /// conflict has a tree too: a draft for a person, in which markers with these names stand
    /// around what both sides changed, and the line's file stays where texts cannot be merged.
    package func predict(
        base: CommitID?,
        fix: CommitID,
        target: CommitID,
        isKeepingObjects: Bool = false,
        labels: (line: String, fix: String)? = nil
    ) -> PickPrediction {
        do throws(ObjectFault) {
            var session = try PickSession(
                predictor: self,
                base: base,
                fix: fix,
                target: target,
                labels: labels
            )
            return try session.run(isKeepingObjects: isKeepingObjects)
        } catch {
            return PickPrediction(verdict: .unknown(reason: error.message), paths: [])
        }
    }

    /// Makes the tree of a prediction usable as the target of later ones.
    ///
    /// - Precondition: The prediction was made with its objects kept.
    package func adopt(_ prediction: PickPrediction) {
        objects.adopt(prediction.made)
    }
}
