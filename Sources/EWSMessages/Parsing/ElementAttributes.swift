import CXML2

/// The attributes of an element. Valid only during the call that hands them over.
struct ElementAttributes {
    /// Five pointers an attribute: local name, prefix, namespace, start of the value, end of the value.
    let start: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    let count: Int

    /// The value of the attribute of this local name, whatever its namespace; at most 256 bytes of it.
    subscript(name: String) -> String? {
        guard let start else { return nil }
        for index in 0..<count {
            let fields = start + index * 5
            guard let local = fields[0], String(cString: local) == name else { continue }
            guard let first = fields[3], let end = fields[4] else { return nil }
            return String(decoding: UnsafeBufferPointer(start: first, count: min(end - first, 256)), as: UTF8.self)
        }
        return nil
    }
}
